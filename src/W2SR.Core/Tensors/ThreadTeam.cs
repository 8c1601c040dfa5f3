using System.Runtime.ExceptionServices;

namespace W2SR.Core.Tensors;

/// <summary>
/// A few threads that work through many short loops together. Work is taken item by item, so a helper that is late costs nothing: the caller
/// does it all by itself. Helpers look out for the next loop for a moment and sleep when none comes.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private const int Looks = 3000;

    private readonly Thread[] helpers;
    private readonly AutoResetEvent[] bells;
    private Job current = new(0, static _ => { });
    private int sleeping;
    private volatile bool isEnding;

    /// <summary>Starts the helpers.</summary>
    /// <param name="threads">Threads that work, the caller's among them.</param>
    public ThreadTeam(int threads)
    {
        helpers = new Thread[Math.Max(0, threads - 1)];
        bells = [.. helpers.Select(_ => new AutoResetEvent(false))];
        for (var i = 0; i < helpers.Length; i++)
        {
            var bell = bells[i];
            helpers[i] = new Thread(() => Help(bell)) { IsBackground = true, Name = "W2SR kernels" };
            helpers[i].Start();
        }
    }

    /// <summary>Calls <paramref name="work"/> with 0 .. <paramref name="count"/> - 1, in any order and on any of the threads, and returns when all are done.</summary>
    /// <exception cref="Exception">The first that <paramref name="work"/> threw; the other items have run.</exception>
    public void Run(int count, Action<int> work)
    {
        if (helpers.Length == 0 || count <= 1)
        {
            for (var i = 0; i < count; i++) work(i);
            return;
        }
        var job = new Job(count, work);
        Interlocked.Exchange(ref current, job); // a full fence: either we see the sleeper, or it sees the job
        if (Volatile.Read(ref sleeping) > 0) Ring();
        job.Work();
        var wait = default(SpinWait);
        while (!job.IsDone) wait.SpinOnce(sleep1Threshold: -1);
        job.Error?.Throw();
    }

    public void Dispose()
    {
        if (isEnding) return;
        isEnding = true;
        Ring();
        foreach (var helper in helpers) helper.Join();
        foreach (var bell in bells) bell.Dispose();
    }

    private void Ring()
    {
        foreach (var bell in bells) bell.Set();
    }

    private void Help(AutoResetEvent bell)
    {
        Job? seen = null;
        while (!isEnding)
        {
            var job = Next(seen, bell);
            job.Work();
            seen = job;
        }
    }

    private Job Next(Job? seen, AutoResetEvent bell)
    {
        while (true)
        {
            for (var look = 0; look < Looks; look++)
            {
                var job = Volatile.Read(ref current);
                if (!ReferenceEquals(job, seen) || isEnding) return job;
                Thread.SpinWait(1);
            }
            Interlocked.Increment(ref sleeping);
            if (ReferenceEquals(Volatile.Read(ref current), seen) && !isEnding) bell.WaitOne();
            Interlocked.Decrement(ref sleeping);
        }
    }

    private sealed class Job(int count, Action<int> work)
    {
        private int next, done;
        private ExceptionDispatchInfo? error;

        public bool IsDone => Volatile.Read(ref done) == count;

        public ExceptionDispatchInfo? Error => error;

        public void Work()
        {
            for (int i; (i = Interlocked.Increment(ref next) - 1) < count;)
            {
                try
                {
                    work(i);
                }
                catch (Exception e) // raised again on the caller's thread
                {
                    Interlocked.CompareExchange(ref error, ExceptionDispatchInfo.Capture(e), null);
                }
                Interlocked.Increment(ref done);
            }
        }
    }
}
