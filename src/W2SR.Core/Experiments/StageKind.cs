namespace W2SR.Core.Experiments;

/// <summary>What a stage of an experiment does.</summary>
public enum StageKind
{
    /// <summary>Trains a base from nothing.</summary>
    Pretraining,

    /// <summary>Stands for a checkpoint that is there; nothing is done.</summary>
    Checkpoint,

    /// <summary>GRPO.</summary>
    Reinforcement,

    /// <summary>Fine-tunes on answers without work.</summary>
    DirectAnswers,

    /// <summary>Lets a teacher write.</summary>
    Traces,

    /// <summary>Fine-tunes a student on traces.</summary>
    Teaching,

    /// <summary>Measures a model.</summary>
    Measurement,
}
