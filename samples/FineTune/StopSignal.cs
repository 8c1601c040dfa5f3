using System.Runtime.InteropServices;

namespace W2SR.Samples.FineTune;

/// <summary>
/// Turns Ctrl-C and SIGTERM into cancellation and lets the process live as long as it takes to write a checkpoint; a second signal ends it
/// at once. System.CommandLine's own handling gives up after two seconds, in the middle of a large checkpoint.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly Lock gate = new();
    private readonly PosixSignalRegistration interrupt, terminate;
    private bool isDisposed;

    public StopSignal()
    {
        interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    }

    public CancellationToken Token => source.Token;

    // A signal may arrive while the program ends: its handler runs on a thread of its own, and an exception there would end the process.
    private void Stop(PosixSignalContext context)
    {
        lock (gate)
        {
            if (isDisposed) return;
            context.Cancel = !source.IsCancellationRequested;
            source.Cancel();
        }
    }

    public void Dispose()
    {
        interrupt.Dispose();
        terminate.Dispose();
        lock (gate)
        {
            isDisposed = true;
            source.Dispose();
        }
    }
}
