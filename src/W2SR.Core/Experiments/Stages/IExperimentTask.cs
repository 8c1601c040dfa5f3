using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Traces;
using W2SR.Core.Training;
using W2SR.Core.Verification;

namespace W2SR.Core.Experiments.Stages;

/// <summary>What differs between the procedural world and benchmark files with checkpoints: problems, models and their files.</summary>
internal interface IExperimentTask
{
    IVerifier Verifier { get; }

    /// <summary>Says whether a response shows work; null for the evaluator's own rule.</summary>
    Func<string, bool>? Reasons { get; }

    string Prompt { get; }

    int MaxNewTokens { get; }

    /// <summary>Problems that go through a model together when traces are written.</summary>
    int TraceChunk { get; }

    /// <summary>The same in an evaluation.</summary>
    int EvaluationChunk { get; }

    /// <summary>Stages side by side, and libtorch's threads in each.</summary>
    (int Workers, int Threads) Parallelism { get; }

    /// <summary>What trainings and traces depend on besides their own settings, for the key.</summary>
    object TrainIdentity { get; }

    /// <summary>What measurements depend on besides their own settings.</summary>
    object TestIdentity { get; }

    /// <summary>Problems that teachers write on; a longer list begins with the shorter one.</summary>
    IReadOnlyList<Problem> TraceProblems(ulong seed, int count);

    IReadOnlyList<Problem> ReinforcementProblems(ulong seed, int count);

    IReadOnlyList<Problem> DirectProblems(ulong seed, int count);

    IReadOnlyList<Problem> TestProblems(ulong seed);

    /// <summary>A response that answers without work.</summary>
    string DirectResponse(Problem problem);

    /// <summary>A response for the gold control.</summary>
    /// <exception cref="InvalidOperationException">The problem has no worked solution.</exception>
    string GoldResponse(Problem problem);

    /// <summary>Responses of a worked solution's form whose content does not belong to the problem.</summary>
    IReadOnlyList<string> FormatOnlyResponses(IReadOnlyList<Problem> problems, ulong seed);

    /// <summary>How long sequences are on the whole.</summary>
    SequenceLengths Lengths { get; }

    /// <summary>Tokens of a prompt.</summary>
    int LengthOf(Problem problem);

    /// <summary>Tokens of a response, its end-of-turn token counted.</summary>
    int LengthOf(string response);

    /// <summary>The shape of a base.</summary>
    DecoderConfig ShapeOf(BaseModel model);

    /// <summary>The stage that gives a base.</summary>
    Stage BaseStage(StageFactory factory, StageEstimates estimates, string name, BaseModel model, ulong seed);

    /// <summary>Opens the model that a stage made.</summary>
    /// <param name="made">The stage.</param>
    /// <param name="cache">Where its files lie.</param>
    /// <param name="name">Name for traces.</param>
    LocalStudent Open(Stage made, StageCache cache, string name);

    /// <summary>Fine-tunes on traces as the task's models want it.</summary>
    TrainingRun Train(LocalStudent student, SftOptions options, IReadOnlyList<Problem> problems, IReadOnlyList<Trace> traces, IProgress<TrainingStep> progress, CancellationToken cancellationToken);

    /// <summary>Prepares a model for reinforcement learning.</summary>
    void PrepareReinforcement(LocalStudent student, TrainingPlan training, ulong seed);

    /// <summary>Writes the model into a stage's folder, so that <see cref="Open"/> finds it.</summary>
    void Keep(LocalStudent student, StageContext context);

    /// <summary>Where a long training keeps its state inside the stage; null for nowhere.</summary>
    TrainingStateOptions? StateIn(StageContext context);
}
