namespace W2SR.Core.Traces;

/// <summary>What <see cref="ChatClientTeacher.ProbeAsync"/> found.</summary>
/// <param name="Findings">Server by server, in the order in which things were looked at.</param>
public sealed record ProbeReport(IReadOnlyList<ProbeFinding> Findings)
{
    /// <summary>True when nothing was found that makes requests fail.</summary>
    public bool IsUsable => Findings.All(f => f.Severity != ProbeSeverity.Error);

    /// <summary>One line for each finding.</summary>
    public override string ToString() => string.Join('\n', Findings.Select(f => $"{f.Severity}: {f.Server}: {f.Message}"));
}
