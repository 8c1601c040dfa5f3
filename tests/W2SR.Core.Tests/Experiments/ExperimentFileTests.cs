using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Experiments;
using W2SR.Core.Experiments.Stages;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Experiments;

public sealed class ExperimentFileTests
{
    public static TheoryData<string, string, string> BadFiles => new()
    {
        // place (dots between keys, numbers for entries), JSON to put there, part of the message
        { "seedz", "[1]", "'seedz' is unknown" },
        { "training.sft.lerningRate", "1", "'lerningRate' is unknown" },
        { "arms.1.students", """["strnog"]""", "arms 'W2SR': students names 'strnog', which is neither a base nor a teacher. There are: weak, strong, teacher, plain." },
        { "arms.1.teachers", """["techer"]""", "teachers names 'techer'" },
        { "arms.1.teachers", "[]", "teachers is empty" },
        { "arms.0.teachers", """["teacher"]""", "this variant learns from no teacher" },
        { "arms.1.traces", "[0]", "traces must list numbers of 1 or more" },
        { "arms.1.traces", "[5, 5]", "traces lists 5 twice" },
        { "arms.1.name", "\"RL\"", "'RL' names 2 models" },
        { "arms.6.samplesPerProblem", "[2]", "a written solution is one for each problem" },
        { "arms", "[]", "arms is empty" },
        { "teachers.teacher.from", "\"plain\"", "" },
        { "teachers.plain.from", "\"plain\"", "it is made of itself: plain <- plain" },
        { "teachers.teacher", """{ "training": "none" }""", "from" },
        { "teachers.teacher.from", "\"nobody\"", "from names 'nobody'" },
        { "bases.weak.architecture.hiddenSize", "9", "bases 'weak': hiddenSize 9 is not a multiple" },
        { "bases.weak", """{ "checkpoint": "model" }""", "a checkpoint cannot walk the route world" },
        { "bases.weak", "{}", "give either architecture" },
        { "routes.testProblems", "0", "routes: TestProblems" },
        { "routes.evaluationSplit", "\"train\"", "what is measured there was trained on" },
        { "benchmarks", """{ "train": "a", "test": ["b"] }""", "not both or neither" },
        { "seeds", "[]", "seeds is empty" },
        { "seeds", "[3, 3]", "seeds lists 3 twice" },
        { "evaluation.temperatures", "[]", "temperatures must list at least one" },
        { "evaluation.temperatures", "[-1]", "Temperature" },
        { "training.sft.seed", "3", "must not set state, metricsFile or seed" },
        { "training.reinforcement.groupSize", "1", "GroupSize is 1" },
        { "arms.1.variant", "\"best\"", "arms[1].variant" },
        { "workers", "0", "workers is 0" },
    };

    [Theory, MemberData(nameof(BadFiles))]
    public void Parse_BadFile_NamesThePlace(string place, string json, string message)
    {
        var text = TinyExperiment.Changed(root =>
        {
            JsonNode at = root;
            var keys = place.Split('.');
            foreach (var key in keys[..^1]) at = int.TryParse(key, out var i) ? at[i]! : at[key]!;
            at[keys[^1]] = JsonNode.Parse(json);
        });
        if (message.Length == 0)
        {
            ExperimentFile.Parse(text, "good.json"); // a teacher of a teacher is allowed
            return;
        }
        var error = Assert.Throws<W2srFormatException>(() => ExperimentFile.Parse(text, "bad.json"));
        Assert.StartsWith("bad.json: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_CircleOfTeachers_IsNamed()
    {
        var text = TinyExperiment.Changed(root =>
        {
            root["teachers"]!["teacher"]!["from"] = "plain";
            root["teachers"]!["plain"]!["from"] = "teacher";
        });
        var error = Assert.Throws<W2srFormatException>(() => ExperimentFile.Parse(text, "bad.json"));
        Assert.Contains("it is made of itself: teacher <- plain <- teacher. One of them must come from a base.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ToJson_ReadBack_IsTheSameExperiment() => Assert.Equal(TinyExperiment.File.ToJson(), ExperimentFile.Parse(TinyExperiment.File.ToJson(), "again").ToJson());

    [Fact]
    public void Expand_Lists_GiveEveryCombinationWithWhatVariesInItsName()
    {
        var file = TinyExperiment.File with
        {
            Arms = [new ArmPlan { Name = "ladder", Students = ["strong"], Teachers = ["teacher", "plain"], Traces = [10, 20], SamplesPerProblem = [2] }],
        };
        file.Validate();
        Assert.Equal(["ladder, from teacher, 10 traces", "ladder, from teacher, 20 traces", "ladder, from plain, 10 traces", "ladder, from plain, 20 traces"], Arm.Expand(file).Select(a => a.Name));
        Assert.All(Arm.Expand(file), a => Assert.Equal(2, a.SamplesPerProblem));
    }

    [Fact]
    public void Examples_RouteWorld_AllFitTogether()
    {
        var examples = Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "samples", "WeakToStrong", "experiments"), "*.json")
            .Where(e => !Core.Experiments.Planning.LargeRunFile.Recognises(File.ReadAllText(e))).ToArray();
        Assert.NotEmpty(examples);
        foreach (var example in examples)
        {
            var file = ExperimentFile.Load(example);
            if (file.Routes is not null) Assert.NotEmpty(ExperimentGraph.Build(file).Stages);
        }
    }

    [Fact]
    public void ShuffledAnswers_KeepTheWorkAndTradeTheAnswers()
    {
        Trace[] traces = [.. new[] { "a 3 <think> </think> \\boxed{3}", "b \\boxed{4}", "I tried it twice. Nothing came of it. So I stop here, and say so.", "c 5 \\boxed{5}" }
            .Select((r, i) => new Trace { ProblemId = $"{i}", SampleIndex = 0, Response = r, FinishReason = FinishReason.Stop })];
        var shuffled = AnswerShuffle.Apply(traces, new RandomStream(1, "test"));
        Assert.Equal(traces[2].Response, shuffled[2].Response);
        var answers = shuffled.Select(t => AnswerExtractor.Extract(t.Response).Text).ToArray();
        Assert.Equal(["3", "4", "5"], answers.Where(a => a is not null).Order(StringComparer.Ordinal));
        Assert.All(new[] { 0, 1, 3 }, i => Assert.NotEqual(AnswerExtractor.Extract(traces[i].Response).Text, answers[i]));
        Assert.StartsWith("a 3 <think> </think> ", shuffled[0].Response, StringComparison.Ordinal);
    }
}
