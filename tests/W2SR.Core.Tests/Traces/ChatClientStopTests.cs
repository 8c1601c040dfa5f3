using Microsoft.AspNetCore.Http;
using W2SR.Core.Common;
using W2SR.Core.Tests.Handover;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Traces;
using static W2SR.Core.Tests.Traces.RemoteTeacher;

namespace W2SR.Core.Tests.Traces;

/// <summary>A run that cannot go on keeps what is finished and asks no more.</summary>
public sealed class ChatClientStopTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Generate_ServerThatIsDown_EndsWithAClearErrorAndKeepsWhatWasFinished()
    {
        await using var server = await FlakyServer.StartAsync(async (call, body, context) =>
        {
            if (call < 10) await FlakyServer.Answer(context, "answer to " + Question(body));
            else
            {
                context.Response.StatusCode = 503;
                await context.Response.WriteAsync("no more, and your key was " + Key);
            }
        });
        var options = Quick with { MaxRetries = 1, GiveUpAfter = 5 };
        using (var store = Store(scratch.Path))
        {
            var error = await Assert.ThrowsAsync<TraceGenerationException>(() => new TraceGenerator(Teacher(options, server), new SamplingOptions()).GenerateAsync(Sums(200), store));
            Assert.Equal(10, store.Count);
            Assert.Equal(190, error.Failures.Count);
            Assert.Contains("190 of 200 samples could not be made", error.Message, StringComparison.Ordinal);
            Assert.Contains(error.Failures, f => f.Reason.Contains("503", StringComparison.Ordinal));
            Assert.DoesNotContain(Key, error.ToString() + string.Concat(error.Failures.Select(f => f.Reason)), StringComparison.Ordinal);
            Assert.InRange(server.Calls, 10, 60); // it gave up instead of asking 200 times
        }

        // The next call asks for what is absent only.
        await using var healed = await FlakyServer.StartAsync((_, body, context) => FlakyServer.Answer(context, "answer to " + Question(body)));
        using var again = Store(scratch.Path);
        Assert.Equal(200, (await new TraceGenerator(Teacher(options, healed), new SamplingOptions()).GenerateAsync(Sums(200), again)).Count);
        Assert.Equal(190, healed.Calls);
    }

    [Fact]
    public async Task Generate_Cancelled_KeepsWhatWasFinishedAndAsksNoMore()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = await FlakyServer.StartAsync(async (call, body, context) =>
        {
            if (call == 10) await cancel.CancelAsync();
            if (call >= 10) await Task.Delay(Timeout.Infinite, context.RequestAborted);
            await FlakyServer.Answer(context, "answer to " + Question(body));
        });
        using var store = Store(scratch.Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new TraceGenerator(Teacher(Quick with { RequestTimeout = TimeSpan.FromMinutes(1) }, server), new SamplingOptions()).GenerateAsync(Sums(50), store, cancellationToken: cancel.Token));
        Assert.InRange(store.Count, 6, 10); // those that were answered but not read yet are asked again
        Assert.InRange(server.Calls, 11, 11 + 4);
    }

    [Fact]
    public async Task Solve_SinkThatCannotKeepATrace_EndsAtOnce_AndNoServerIsBlamed()
    {
        await using var server = await FlakyServer.StartAsync((_, body, context) => FlakyServer.Answer(context, "answer to " + Question(body)));
        var log = new ListLogger();
        var sink = new FullSink();
        SampleRequest[] samples = [.. Sums(200).Select(p => new SampleRequest(p, 0))];
        var error = await Assert.ThrowsAsync<IOException>(() => Teacher(null, log, server).SolveAsync(samples, new SamplingOptions(), sink));
        Assert.Equal("disk full", error.Message);
        Assert.InRange(server.Calls, 3, 3 + 2 * 4);
        Assert.DoesNotContain("disk full", log.Text, StringComparison.Ordinal);
    }

    private sealed class FullSink : ISampleSink
    {
        private int taken;

        public void Finished(Trace trace)
        {
            if (Interlocked.Increment(ref taken) >= 3) throw new IOException("disk full");
        }

        public void Failed(SampleFailure failure)
        {
        }
    }
}
