using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>One team of threads for the whole process, as large as libtorch's own. Whoever finds it at work goes alone: what kernels compute does not depend on the number of threads.</summary>
internal static class KernelThreads
{
    private const int PartRows = 32;
    private static readonly Lock Gate = new();
    private static ThreadTeam? team;
    private static int size;

    /// <summary>As <see cref="ThreadTeam.Run"/>.</summary>
    public static void Run(int count, Action<int> work)
    {
        var threads = get_num_threads();
        if (threads > 1 && count > 1 && Gate.TryEnter())
        {
            try
            {
                if (size != threads)
                {
                    team?.Dispose();
                    (team, size) = (new ThreadTeam(threads), threads);
                }
                team!.Run(count, work);
                return;
            }
            finally
            {
                Gate.Exit();
            }
        }
        for (var i = 0; i < count; i++) work(i);
    }

    /// <summary>Parts that rows are worked through in.</summary>
    public static int PartsOf(long rows) => (int)((rows + PartRows - 1) / PartRows);

    /// <summary>Calls <paramref name="work"/> with every row and the number of the part that it lies in; rows of one part come in their order, on one thread.</summary>
    public static void RunRows(long rows, Action<int, long> work) => Run(PartsOf(rows), part =>
    {
        var end = Math.Min(rows, (part + 1L) * PartRows);
        for (var row = (long)part * PartRows; row < end; row++) work(part, row);
    });
}
