using System.CommandLine;
using W2SR.Core.Prompts;
using W2SR.Core.Tensors;
using W2SR.Core.Traces;
using W2SR.Core.Training;

namespace W2SR.Samples;

/// <summary>How samples with long runs end: stopped by Ctrl-C or SIGTERM they keep what is done, and what the library refuses becomes a message and an exit code.</summary>
internal static class LongRun
{
    /// <summary>
    /// Runs a command line whose action returns a task. A signal cancels it and the process lives until the step that is under way has ended and its checkpoint is written, however long that takes:
    /// System.CommandLine's own two seconds end in the middle of a large checkpoint, and a process that leaves while libtorch computes may crash. SIGQUIT (Ctrl-\) ends it at once.
    /// </summary>
    public static Task<int> InvokeAsync(RootCommand root, string[] args) =>
        root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan });

    /// <summary>Does the work on a thread of its own, so that the signals are listened to from the beginning.</summary>
    /// <param name="work">The work; returns the exit code.</param>
    /// <param name="stopped">What is said after a stop: what is kept, and how to go on.</param>
    public static Task<int> RunAsync(Func<Task<int>> work, string stopped) => Task.Run(async () =>
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException)
        {
            return Fail(stopped, 130);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException or InsufficientMemoryException or TorchRuntimeException
            or ChatTemplateRaisedException or TraceGenerationException or TrainingDivergedException or RewardFailedException)
        {
            return Fail(e.Message, 1);
        }
    });

    /// <inheritdoc cref="RunAsync(Func{Task{int}}, string)"/>
    public static Task<int> RunAsync(Func<int> work, string stopped) => RunAsync(() => Task.FromResult(work()), stopped);

    /// <summary>Says what is wrong.</summary>
    public static int Fail(string message, int code = 1)
    {
        Console.Error.WriteLine(message);
        return code;
    }
}
