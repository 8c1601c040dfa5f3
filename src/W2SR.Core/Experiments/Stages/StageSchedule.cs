using TorchSharp;
using W2SR.Core.Tensors;

namespace W2SR.Core.Experiments.Stages;

/// <summary>
/// Runs stages that wait for one another on a few threads. Small models are bound by calls, so two stages side by side, each with one libtorch thread, beat
/// two threads in one operator; and every stage gives the same bits as alone.
/// </summary>
internal sealed class StageSchedule
{
    private readonly List<(string Name, string[] Needs, Action<CancellationToken> Run)> stages = [];

    /// <summary>Adds a stage; what it needs must have been added before.</summary>
    public void Add(string name, string[] needs, Action<CancellationToken> run)
    {
        foreach (var need in needs)
            if (!stages.Exists(s => s.Name == need)) throw new ArgumentException($"Stage '{name}' needs '{need}', which was not added before it.");
        stages.Add((name, needs, run));
    }

    /// <summary>Runs everything; the first failure stops the rest and is raised.</summary>
    /// <param name="workers">Stages side by side.</param>
    /// <param name="threads">libtorch's threads in each of them.</param>
    /// <param name="cancellationToken">Handed to the stages.</param>
    public void Run(int workers, int threads, CancellationToken cancellationToken)
    {
        TorchRuntime.EnsureLoaded();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var gate = new Lock();
        var done = new HashSet<string>();
        var started = new HashSet<string>();
        Exception? failure = null;
        using var changed = new SemaphoreSlim(0);

        (string Name, string[] Needs, Action<CancellationToken> Run)? Take()
        {
            lock (gate)
            {
                foreach (var stage in stages)
                    if (!started.Contains(stage.Name) && stage.Needs.All(done.Contains))
                    {
                        started.Add(stage.Name);
                        return stage;
                    }
                return null;
            }
        }

        bool IsOver()
        {
            lock (gate) return failure is not null || done.Count == stages.Count;
        }

        void Work()
        {
            torch.set_num_threads(threads);
            while (!IsOver())
            {
                if (Take() is not { } stage)
                {
                    changed.Wait(CancellationToken.None); // the thread that fails or is cancelled wakes this one
                    continue;
                }
                try
                {
                    stop.Token.ThrowIfCancellationRequested();
                    stage.Run(stop.Token);
                    lock (gate) done.Add(stage.Name);
                }
                catch (Exception e)
                {
                    lock (gate) failure ??= e;
                    stop.Cancel();
                }
                changed.Release(workers);
            }
        }

        var crew = Enumerable.Range(0, workers).Select(i => new Thread(Work) { Name = $"stages {i}", IsBackground = true }).ToArray();
        foreach (var thread in crew) thread.Start();
        foreach (var thread in crew) thread.Join();
        if (failure is not null) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure).Throw();
    }
}
