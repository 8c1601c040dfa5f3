using System.Globalization;
using Spectre.Console;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Evaluation;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Samples.TrainReasoner;

/// <summary>GRPO on a checkpoint: accuracy on held-out problems before, training, accuracy after, and what it became on disk.</summary>
internal sealed record CheckpointRun
{
    private static readonly MathVerifier Verifier = new();

    public required string Model { get; init; }

    public required ProblemSet Problems { get; init; }

    public required string Folder { get; init; }

    public required ReasoningPrompt Prompt { get; init; }

    public required string? System { get; init; }

    /// <summary>True without the chat template.</summary>
    public required bool IsPlain { get; init; }

    /// <summary>Rank of the adapter; 0 trains every weight.</summary>
    public required int LoraRank { get; init; }

    public required bool IsNarrow { get; init; }

    public required bool OnlyMeasures { get; init; }

    public required SamplingOptions Test { get; init; }

    public required GrpoOptions Grpo { get; init; }

    public void Execute(CancellationToken cancellation)
    {
        Grpo.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(LoraRank);
        var (train, test) = Problems.Read();
        Console.WriteLine($"{train.Count} problems to train on, {test.Count} held out ({Problems.Describe()}).");
        Directory.CreateDirectory(Folder);
        using var student = Load(cancellation);
        var heldOut = new HeldOut(Verifier, Prompt, test, Test);
        var before = heldOut.Measure(student, Path.Combine(Folder, "before"), ModelIdentity.Of(Model), cancellation);
        Console.WriteLine($"Before: {before}");
        before.ShowSome(test);
        if (OnlyMeasures) return;
        var run = Reinforce(student, train, cancellation);
        foreach (var finding in run.Findings) Console.WriteLine(finding);
        var saved = Save(student, cancellation);
        var after = heldOut.Measure(student, Path.Combine(Folder, "after"), ModelIdentity.Of(saved), cancellation);
        after.ShowSome(test);
        Console.WriteLine($"Before: {before}");
        Console.WriteLine($"After:  {after}");
        foreach (var line in after.Compare(before)) Console.WriteLine(line);
        Console.WriteLine($"Written to {Path.GetFullPath(Folder)}: {Path.GetFileName(saved)}, metrics.jsonl, before, after.");
    }

    private LocalStudent Load(CancellationToken cancellation)
    {
        var student = LocalStudent.LoadAsync(Model, new LoadOptions
        {
            Prompt = Prompt,
            SystemMessage = System,
            UsesChatTemplate = !IsPlain,
            Target = new ComputeTarget(torch.CPU, IsNarrow ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32),
        }, cancellationToken: cancellation).GetAwaiter().GetResult();
        foreach (var warning in student.LoadWarnings) Console.Error.WriteLine(warning);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{student.Name}: {student.Model.ParameterCount:N0} parameters, {(student.HasChatTemplate ? "chat template" : "plain text")}."));
        return student;
    }

    private TrainingRun Reinforce(LocalStudent student, IReadOnlyList<Problem> train, CancellationToken cancellation)
    {
        if (LoraRank > 0)
        {
            // Made anew from the seed: a resumed run begins with the same adapter, and then takes its weights from the checkpoint.
            var adapter = LoraAdapter.Create(student.Model, new LoraConfig { Rank = LoraRank, Alpha = 2 * LoraRank }, Grpo.Seed);
            student.Model.Attach(adapter);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"An adapter of rank {LoraRank} trains, {adapter.ParameterCount:N0} parameters."));
        }
        var options = Grpo with
        {
            State = new TrainingStateOptions { Folder = Path.Combine(Folder, "grpo"), EverySteps = 5 },
            MetricsFile = Path.Combine(Folder, "metrics.jsonl"),
        };
        return StepDisplay.Show("GRPO", options.Steps, progress => new GrpoTrainer(options, Verifier).Train(student, train, progress, cancellation));
    }

    /// <summary>Writes the result, and says where.</summary>
    private string Save(LocalStudent student, CancellationToken cancellation)
    {
        var path = Path.Combine(Folder, student.Model.Adapter is null ? "model" : "adapter");
        if (student.Model.Adapter is { } adapter) adapter.Save(path);
        else
            foreach (var warning in student.SaveAsync(path, cancellationToken: cancellation).GetAwaiter().GetResult()) Console.Error.WriteLine(warning);
        return path;
    }
}
