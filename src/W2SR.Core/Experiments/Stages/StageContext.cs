namespace W2SR.Core.Experiments.Stages;

/// <summary>Where a stage works, and whom it tells.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Cache">The folders of all stages.</param>
/// <param name="Progress">Told of steps; null for nobody.</param>
internal sealed record StageContext(Stage Stage, StageCache Cache, IProgress<StageProgress>? Progress)
{
    /// <summary>Path of a file of this stage.</summary>
    public string PathOf(string name) => Path.Combine(Cache.FolderOf(Stage), name);

    public void Tell(int step, int total, string detail, TimeSpan remaining) => Progress?.Report(new StageProgress(Stage.Name, step, total, detail, remaining));

    /// <summary>Passes progress of another kind on.</summary>
    public IProgress<T> Relay<T>(Func<T, (int Step, int Total, string Detail, TimeSpan Remaining)> read) => new RelayedProgress<T>(value =>
    {
        var (step, total, detail, remaining) = read(value);
        Tell(step, total, detail, remaining);
    });

    private sealed class RelayedProgress<T>(Action<T> tell) : IProgress<T>
    {
        public void Report(T value) => tell(value);
    }
}
