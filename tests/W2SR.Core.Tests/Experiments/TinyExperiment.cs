using System.Text.Json.Nodes;
using W2SR.Core.Experiments;

namespace W2SR.Core.Tests.Experiments;

/// <summary>An experiment that runs in seconds: every kind of stage, models that learn next to nothing.</summary>
internal static class TinyExperiment
{
    public const string Json = """
        {
          "name": "tiny",
          "seeds": [5],
          "routes": { "world": { "places": 12, "moves": 4, "maxSteps": 3 }, "testProblems": 40, "workedDocuments": 6, "directDocuments": 6 },
          "bases": {
            "weak": { "architecture": { "hiddenSize": 8, "layerCount": 1, "headCount": 2, "feedForwardSize": 16, "pretrainSteps": 30, "pretrainLearningRate": 6e-3 } },
            "strong": { "architecture": { "hiddenSize": 16, "layerCount": 1, "headCount": 2, "feedForwardSize": 32, "pretrainSteps": 40, "pretrainLearningRate": 6e-3 } }
          },
          "teachers": {
            "teacher": { "from": "weak" },
            "plain": { "from": "strong", "training": "directAnswers" }
          },
          "arms": [
            { "name": "RL", "students": ["strong"], "variant": "reinforcement" },
            { "name": "W2SR", "students": ["strong"], "teachers": ["teacher"], "traces": [16] },
            { "name": "W2SR-N", "students": ["strong"], "teachers": ["teacher"], "variant": "negative", "traces": [16] },
            { "name": "shuffled", "students": ["strong"], "teachers": ["teacher"], "variant": "shuffledAnswers", "traces": [16] },
            { "name": "from plain", "students": ["strong"], "teachers": ["plain"], "traces": [16] },
            { "name": "self", "students": ["strong"], "variant": "selfTraces", "traces": [16] },
            { "name": "gold", "students": ["strong"], "variant": "gold", "traces": [16] },
            { "name": "format-only", "students": ["strong"], "variant": "formatOnly", "traces": [16] }
          ],
          "training": {
            "sft": { "learningRate": 1e-3, "epochs": 1, "batchSize": 8, "schedule": "linear", "compute": { "microBatchTokens": 512 } },
            "sftWarmupSteps": 1,
            "reinforcement": { "steps": 2, "problemsPerStep": 4, "groupSize": 4, "learningRate": 1e-3, "schedule": "constant", "maxNewTokens": 20, "loss": { "type": "dapo" } },
            "directAnswers": 32
          },
          "evaluation": { "temperatures": [0.6, 0.0] },
          "judgesClaims": true
        }
        """;

    public static ExperimentFile File => ExperimentFile.Parse(Json, "tiny.json");

    /// <summary>The experiment with some of its JSON changed.</summary>
    public static string Changed(Action<JsonObject> change)
    {
        var root = JsonNode.Parse(Json)!.AsObject();
        change(root);
        return root.ToJsonString();
    }

    /// <summary>A result without its times and memory, as text.</summary>
    public static string Timeless(string folder)
    {
        var root = JsonNode.Parse(System.IO.File.ReadAllText(Path.Combine(folder, "results.json")))!.AsObject();
        foreach (var models in root["otherTemperatures"]!.AsArray().Select(t => t!["models"]!).Append(root["models"]!))
            foreach (var model in models.AsArray()) model!.AsObject().Remove("trainSeconds");
        foreach (var cost in root["costs"]!.AsArray()) cost!.AsObject().Remove("seconds");
        foreach (var stage in root["stages"]!.AsArray())
        {
            stage!.AsObject().Remove("seconds");
            stage.AsObject().Remove("peakMemoryBytes");
        }
        return root.ToJsonString();
    }

    /// <summary>How often each stage was finished, by its key, from the log of a folder of stages.</summary>
    public static Dictionary<string, int> TimesFinished(string stages) => System.IO.File.ReadLines(Path.Combine(stages, "log.jsonl"))
        .Select(line => JsonNode.Parse(line)!).Where(n => (string?)n["what"] == "finished").GroupBy(n => (string)n["key"]!).ToDictionary(g => g.Key, g => g.Count());
}
