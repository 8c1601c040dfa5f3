namespace W2SR.Core.Experiments;

/// <summary>How a teacher is made of the model that it comes from.</summary>
public enum TeacherTraining
{
    /// <summary>Nothing is done: a checkpoint that reasons, or does not, as it is.</summary>
    None,

    /// <summary>GRPO makes it a reasoner.</summary>
    Reinforcement,

    /// <summary>Fine-tuning on answers without any work: a teacher that does not reason.</summary>
    DirectAnswers,
}
