using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Verification;

namespace W2SR.Core.Training;

/// <summary>
/// GRPO with verifiable rewards: the student answers each problem several times, and learns to do more of what was better than its
/// group's mean. Makes the weak reasoner that teaches, and the RL ceiling of RGR.
/// </summary>
public sealed class GrpoTrainer
{
    private readonly GrpoOptions options;
    private readonly IReadOnlyList<RewardPart> parts;

    /// <summary>Creates a trainer whose reward is 1 for a correct answer and 0 otherwise.</summary>
    /// <param name="options">Null for <see cref="GrpoOptions.Paper"/>.</param>
    /// <param name="verifier">Judges answers.</param>
    public GrpoTrainer(GrpoOptions? options, IVerifier verifier)
        : this(options, [RewardPart.Accuracy(verifier)])
    {
    }

    /// <summary>Creates a trainer with one's own rewards.</summary>
    /// <param name="options">Null for <see cref="GrpoOptions.Paper"/>.</param>
    /// <param name="rewards">At least one, each with its own name.</param>
    /// <exception cref="ArgumentException">No reward, or two of one name.</exception>
    public GrpoTrainer(GrpoOptions? options, IReadOnlyList<RewardPart> rewards)
    {
        ArgumentNullException.ThrowIfNull(rewards);
        if (rewards.Count == 0) throw new ArgumentException("There is no reward; without one every response is as good as any other.", nameof(rewards));
        if (rewards.GroupBy(r => r.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two rewards are called '{twice.Key}'; metrics could not tell them apart.", nameof(rewards));
        this.options = options ?? GrpoOptions.Paper;
        parts = rewards;
    }

    /// <summary>Trains, or goes on with a run that <see cref="GrpoOptions.State"/> holds.</summary>
    /// <param name="student">Its weights change in place. To resume, the student that the run began with; its weights are then put where the run stopped.</param>
    /// <param name="problems">Training problems, at least <see cref="GrpoOptions.ProblemsPerStep"/>; drawn without repetition until all were used.</param>
    /// <param name="progress">Told after every round.</param>
    /// <param name="cancellationToken">Stops between tokens and rewards; several updates of one step are not torn apart. The weights are those of the last whole step.</param>
    /// <exception cref="ArgumentException">Too few problems, prompts that leave no room for a response, or options that do not fit together.</exception>
    /// <exception cref="TrainingDivergedException">Loss or gradient stopped being a number.</exception>
    /// <exception cref="RewardFailedException">A reward failed on every response of a step.</exception>
    public TrainingRun Train(
        IStudent student, IReadOnlyList<Problem> problems, IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(problems);
        options.Validate();
        Check(student, problems);
        return new GrpoRun(options, parts, student, problems).Run(progress, cancellationToken);
    }

    /// <summary>The same on every problem of a source, such as a <see cref="BenchmarkFile"/>.</summary>
    /// <inheritdoc cref="Train(IStudent, IReadOnlyList{Problem}, IProgress{TrainingStep}?, CancellationToken)"/>
    public TrainingRun Train(
        IStudent student, IProblemSource problems, IProgress<TrainingStep>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return Train(student, [.. problems.Read()], progress, cancellationToken);
    }

    private void Check(IStudent student, IReadOnlyList<Problem> problems)
    {
        if (problems.Count < options.ProblemsPerStep)
            throw new ArgumentException($"{problems.Count} problems are fewer than the {options.ProblemsPerStep} of one step.", nameof(problems));
        if (problems.GroupBy(p => p.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Two problems are called '{twice.Key}'; their responses would be drawn from the same random numbers.", nameof(problems));
        if (student.Tokenizer.EndIds.Count == 0)
            throw new ArgumentException("The tokenizer names no end token, so no response would ever end and every one would be cut off.", nameof(student));
        // Before the first step, not in the hundredth: a prompt that fills the context is found while nothing is lost yet.
        var context = student.Model.Config.ContextLength;
        var full = problems.Where(p => student.EncodePrompt(p).Length >= context).Select(p => p.Id).ToArray();
        if (full.Length > 0)
            throw new ArgumentException(
                $"{full.Length} of {problems.Count} prompts leave no room for a response in the model's context of {context} tokens, the first of problem '{full[0]}'. Leave such problems out.", nameof(problems));
    }
}
