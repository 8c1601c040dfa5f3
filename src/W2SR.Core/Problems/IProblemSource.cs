namespace W2SR.Core.Problems;

/// <summary>Something that yields problems: a file, a data set, a generator.</summary>
public interface IProblemSource
{
    /// <summary>Name for reports and manifests.</summary>
    string Name { get; }

    /// <summary>Yields the problems, in the same order at every call.</summary>
    IEnumerable<Problem> Read();
}
