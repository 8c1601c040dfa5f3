using System.Text.Json;
using W2SR.Core.Benchmarks.Ratios;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Traces;
using W2SR.Core.Training;

namespace W2SR.Core.Benchmarks.Training;

/// <summary>The real model and the first GSM8K training rows in its chat format, as they are published, in batches in the order of the file.</summary>
internal sealed class SftData : IDisposable
{
    public const int Rows = 64, BatchSize = 8;

    private readonly LocalStudent student = LocalStudent.LoadAsync(SharedFiles.RealModel(), new LoadOptions { Prompt = ReasoningPrompt.Plain }).GetAwaiter().GetResult();

    public SftData(int rows = Rows)
    {
        Batches = [.. File.ReadLines(SharedFiles.Path("data/gsm8k/train.jsonl")).Take(rows).Select((line, i) => Example(line, i)).Chunk(BatchSize)];
    }

    public CausalLm Model => student.Model;

    public TrainingExample[][] Batches { get; }

    public void Dispose() => student.Dispose();

    private TrainingExample Example(string line, int number)
    {
        using var row = JsonDocument.Parse(line);
        string Text(string key) => row.RootElement.GetProperty(key).GetString()!;
        var trace = new Trace { ProblemId = $"{number}", SampleIndex = 0, Response = Text("answer"), FinishReason = FinishReason.Stop };
        return new TrainingExample(student.EncodePrompt(new Problem(trace.ProblemId, Text("question"), "")), student.EncodeResponse(trace));
    }
}
