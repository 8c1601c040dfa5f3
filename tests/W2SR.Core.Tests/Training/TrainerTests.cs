using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace W2SR.Core.Tests.Training;

[Collection(TensorCountingCollection.Name)]
public sealed class TrainerTests
{
    private static readonly RouteWorld World = new(new RouteWorldOptions { Places = 5, Moves = 2, MaxSteps = 2, TestShare = 0.1, ValidationShare = 0.1 });

    private static LocalStudent Student()
    {
        var tokenizer = new WordTokenizer(World.Words);
        return new LocalStudent("tiny", TinyModels.Create(TinyModels.Config(tokenizer.VocabularySize)), tokenizer, new ReasoningPrompt("Q: {problem} ?"));
    }

    private static List<Problem> Problems(int count) => [.. World.DrawDistinct(count, 1, DataSplit.Train)];

    private static List<Trace> Gold(IEnumerable<Problem> problems) =>
        [.. problems.Select(p => new Trace { ProblemId = p.Id, SampleIndex = 0, Response = p.Solution!, FinishReason = FinishReason.Stop })];

    private static SftOptions Sft(int epochs) => new() { LearningRate = 1e-2, Epochs = epochs, BatchSize = 8, Compute = new SftComputeOptions { MicroBatchTokens = 64 } };

    [Fact]
    public void Train_OnGoldSolutions_LearnsThemByHeart()
    {
        using var student = Student();
        var problems = Problems(12);
        var run = new SftTrainer(Sft(60)).Train(student, problems, Gold(problems));
        Assert.True(run.Steps[^1].Loss < 0.2 * run.Steps[0].Loss);
        var traces = student.Solve(problems, new SamplingOptions { Temperature = 0, MaxNewTokens = 20 });
        var verifier = new ExactVerifier();
        Assert.True(problems.Zip(traces).Count(x => verifier.Verify(x.First, x.Second.Response).IsCorrect) >= 10);
        Assert.All(traces, t => Assert.Equal(FinishReason.Stop, t.FinishReason));
    }

    [Fact]
    public void Batch_Shift_SupervisesEveryResponseTokenAndNoOther()
    {
        using var batch = new ExampleBatch([new TrainingExample([1, 2, 3], [4, 5]), new TrainingExample([6], [7])], torch.CPU);
        Assert.Equal([1L, 2, 3, 4, 6, 0, 0, 0], batch.Ids.data<long>().ToArray());      // the last token of each row predicts nothing
        Assert.Equal([2L, 3, 4], batch.Positions.data<long>().ToArray());               // each target is predicted one place before it
        Assert.Equal([4L, 5, 7], batch.Targets.data<long>().ToArray());
        Assert.Equal([0L, 1, 2], batch.Places.data<long>().ToArray());
    }

    [Fact]
    public void Train_FiftySteps_LeavesNoTensorBehind()
    {
        using var student = Student();
        var problems = Problems(16);
        var grpo = new GrpoOptions { Steps = 1, ProblemsPerStep = 4, GroupSize = 2, UpdatesPerStep = 2, LearningRate = 1e-3, MaxNewTokens = 8, Loss = new PolicyLossOptions { Beta = 0.01 } };
        void Round(int epochs, int steps)
        {
            new SftTrainer(Sft(epochs)).Train(student, problems, Gold(problems));
            new GrpoTrainer(grpo with { Steps = steps }, new ExactVerifier()).Train(student, problems);
        }
        Round(1, 1);
        var before = Tensor.TotalCount;
        Round(25, 10); // 50 optimizer steps of SFT, 20 of GRPO
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Train_Grpo_RaisesTheReward()
    {
        using var student = Student();
        var problems = Problems(20);
        new SftTrainer(Sft(8)).Train(student, problems, Gold(problems));
        var run = new GrpoTrainer(new GrpoOptions
        {
            Steps = 25,
            ProblemsPerStep = 20,
            GroupSize = 8,
            LearningRate = 3e-3,
            MaxNewTokens = 16,
            Loss = new PolicyLossOptions(),
            Schedule = LearningRateSchedule.Kind.Constant,
        }, new ExactVerifier()).Train(student, problems);
        Assert.True(run.Steps.TakeLast(3).Average(s => s.Reward) > run.Steps.Take(3).Average(s => s.Reward) + 0.15,
            string.Join(" ", run.Steps.Select(s => $"{s.Reward:F2}")));
    }

    [Fact]
    public void Train_Grpo_LogProbsOfTheSampler_AreTheTrainers()
    {
        using var student = Student();
        var requests = Problems(6).Select(p => new Core.Generation.GenerationRequest(student.EncodePrompt(p), new RandomStream(1, p.Id))).ToArray();
        var sequences = new Core.Generation.SequenceGenerator(student.Model, student.Tokenizer.EndIds)
            .Generate(requests, new SamplingOptions { Temperature = 0.8, MaxNewTokens = 9 }, withLogProbs: true);
        for (var i = 0; i < requests.Length; i++)
        {
            using var scope = NewDisposeScope();
            using var batch = new ExampleBatch([new TrainingExample(requests[i].PromptIds, sequences[i].Ids)], torch.CPU);
            var expected = (batch.SupervisedLogits(student.Model) / 0.8).log_softmax(-1).gather(1, batch.Targets.unsqueeze(1)).squeeze(1).data<float>().ToArray();
            for (var t = 0; t < expected.Length; t++) Assert.Equal(expected[t], sequences[i].LogProbs![t], 1e-5);
        }
    }

    [Fact]
    public void Train_BadInput_IsRefusedWithTheReason()
    {
        using var student = Student();
        var problems = Problems(2);
        Assert.Contains("Nothing to train on", Assert.Throws<ArgumentException>(() => new SftTrainer().Train(student, problems, [])).Message, StringComparison.Ordinal);
        var stranger = Gold(problems)[0] with { ProblemId = "nobody" };
        Assert.Contains("'nobody'", Assert.Throws<ArgumentException>(() => new SftTrainer().Train(student, problems, [stranger])).Message, StringComparison.Ordinal);
        Assert.Contains("fewer", Assert.Throws<ArgumentException>(() => new GrpoTrainer(null, new ExactVerifier()).Train(student, problems)).Message, StringComparison.Ordinal);
        Assert.Contains("at least 2", Assert.Throws<ArgumentException>(() => new GrpoOptions { GroupSize = 1 }.Validate()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_NaNWeights_StopsWithTheStep()
    {
        using var student = Student();
        using (no_grad()) student.Model.Parameters.Values.fill_(float.NaN);
        var problems = Problems(4);
        Assert.Equal(1, Assert.Throws<TrainingDivergedException>(() => new SftTrainer(Sft(1)).Train(student, problems, Gold(problems))).Step);
    }
}
