using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;

namespace W2SR.Core.Traces;

/// <summary>
/// A teacher behind one or several chat servers. Each sample has a seed of its own; a request goes to the endpoint with the fewest under way. Failures that
/// may pass are tried again; a sample that fails for good is reported to the sink and left for a later call.
/// </summary>
public sealed partial class ChatClientTeacher : ITeacher
{
    private readonly IReadOnlyList<IChatClient> endpoints;
    private readonly ChatClientTeacherOptions options;
    private readonly ILogger logger;
    private readonly TimeProvider clock;
    private readonly ChatRequests requests;
    private readonly ServerQuirks quirks;
    private readonly ChatResponses responses;
    private readonly EndpointPool pool;
    private readonly ResiliencePipeline<IReadOnlyList<Trace>> retries;
    private readonly ResiliencePipeline timeout;
    private volatile bool ignoresN;

    /// <summary>Puts endpoints of one model together.</summary>
    /// <param name="name">Name for traces, manifests and reports.</param>
    /// <param name="endpoints">Servers of the same model; borrowed.</param>
    /// <param name="prompt">How a problem is put; null for <see cref="ReasoningPrompt.Paper"/>.</param>
    /// <param name="options">Concurrency, timeouts, retries; null for the defaults.</param>
    /// <param name="logger">Told of retries, failures and the servers' quirks; null for none.</param>
    /// <param name="clock">The clock of waits and timeouts; null for the system's.</param>
    public ChatClientTeacher(
        string name, IReadOnlyList<IChatClient> endpoints, ReasoningPrompt? prompt = null, ChatClientTeacherOptions? options = null, ILogger? logger = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count);
        Name = name;
        this.endpoints = endpoints;
        this.options = options ?? new ChatClientTeacherOptions();
        this.options.Validate();
        this.logger = logger ?? NullLogger.Instance;
        this.clock = clock ?? TimeProvider.System;
        requests = new ChatRequests(prompt ?? ReasoningPrompt.Paper, this.options);
        quirks = new ServerQuirks(this.logger);
        responses = new ChatResponses(name, quirks);
        pool = new EndpointPool(endpoints, this.options, this.clock);
        retries = Retries();
        timeout = new ResiliencePipelineBuilder { TimeProvider = this.clock }.AddTimeout(new TimeoutStrategyOptions { Timeout = this.options.RequestTimeout }).Build();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long? ParameterCount => null;

    /// <summary>What was strange in the servers' answers, and how often; each one stands in the log once.</summary>
    public IReadOnlyDictionary<ServerQuirk, int> Quirks => quirks.Counts;

    /// <summary>
    /// Asks each server, with a few small requests, what would go wrong: address, key, model name, context length, chat template, reasoning parser, and what its
    /// answers lack. Worth it before thousands of requests.
    /// </summary>
    /// <param name="problems">The problems that will be asked; the longest decide about the context.</param>
    /// <param name="sampling">How they will be asked.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ProbeReport> ProbeAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        if (problems.Count == 0) throw new ArgumentException("There are no problems to ask about.", nameof(problems));
        sampling.Validate();
        var findings = await Task.WhenAll(endpoints.Select((e, i) => new ServerProbe(e, i, requests, options, clock).RunAsync(problems, sampling, cancellationToken))).ConfigureAwait(false);
        return new ProbeReport([.. findings.SelectMany(f => f)]);
    }

    /// <inheritdoc/>
    /// <exception cref="TraceGenerationException">A sample failed for good; use the other overload, or a <see cref="TraceGenerator"/> with a store, to keep the rest.</exception>
    public async Task<IReadOnlyList<Trace>> SolveAsync(IReadOnlyList<Problem> problems, SamplingOptions sampling, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(problems);
        ArgumentNullException.ThrowIfNull(sampling);
        SampleRequest[] samples = [.. from p in problems from s in Enumerable.Range(0, sampling.SamplesPerProblem) select new SampleRequest(p, s)];
        using var ledger = new SampleLedger(samples, store: null, progress: null, TimeProvider.System);
        await SolveAsync(samples, sampling, ledger, cancellationToken).ConfigureAwait(false);
        return ledger.Complete(Name);
    }

    /// <inheritdoc/>
    public async Task SolveAsync(IReadOnlyList<SampleRequest> samples, SamplingOptions sampling, ISampleSink sink, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(sampling);
        ArgumentNullException.ThrowIfNull(sink);
        sampling.Validate();
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var streak = new FailureStreak(options.GiveUpAfter);
        int Most() => sampling.IsGreedy || ignoresN ? 1 : options.SamplesPerRequest;

        async ValueTask One(IReadOnlyList<SampleRequest> batch, CancellationToken _)
        {
            for (var left = batch; left.Count > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (giveUp.IsCancellationRequested)
                {
                    Fail(left, "not tried: the servers failed too often before", sink);
                    return;
                }
                var asked = SampleBatches.Of(left, Most())[0];
                var answered = await AskAndTellAsync(asked).ConfigureAwait(false);
                if (answered.Count < asked.Count && asked.Count > 1) ignoresN |= Quirks.ContainsKey(ServerQuirk.IgnoresN);
                left = [.. left.Where(s => !answered.Contains(s.SampleIndex))];
            }
        }

        // The numbers of the samples that need not be asked for again: there, or failed for good.
        async Task<IReadOnlyCollection<int>> AskAndTellAsync(IReadOnlyList<SampleRequest> asked)
        {
            IReadOnlyList<Trace> traces;
            try
            {
                traces = await AskAsync(asked, sampling, giveUp.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (ServerFailures.IsServers(e))
            {
                LogFailure(logger, asked[0].Problem.Id, asked[0].SampleIndex, asked.Count, e.Message);
                Fail(asked, Reason(e), sink);
                if (streak.Failed(asked[0].Problem.Id, ServerFailures.IsRequestsOwn(e))) await giveUp.CancelAsync().ConfigureAwait(false);
                return [.. asked.Select(s => s.SampleIndex)];
            }
            streak.Succeeded();
            try
            {
                foreach (var trace in traces) sink.Finished(trace);
            }
            catch
            {
                await giveUp.CancelAsync().ConfigureAwait(false); // a full disk is no failure of the server's, and nothing more can be kept
                throw;
            }
            return [.. traces.Select(t => t.SampleIndex)];
        }

        var together = new ParallelOptions { MaxDegreeOfParallelism = checked(options.MaxConcurrency * endpoints.Count), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(SampleBatches.Of(samples, Most()), together, One).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<Trace>> AskAsync(IReadOnlyList<SampleRequest> asked, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        var messages = requests.Messages(asked[0].Problem);
        var chat = requests.Options(asked, sampling);
        return await retries.ExecuteAsync(async token =>
        {
            // Chosen anew for each attempt: a retry may find another endpoint idle. Waiting for a place is no part of the request's time.
            using var lease = await pool.TakeAsync(token).ConfigureAwait(false);
            try
            {
                var response = await timeout.ExecuteAsync(async t => await lease.Client.GetResponseAsync(messages, chat.Clone(), t).ConfigureAwait(false), token).ConfigureAwait(false);
                var traces = responses.ToTraces(response, asked, sampling, options.WithLogProbs);
                lease.Succeeded();
                return traces;
            }
            catch (Exception e) when (ServerFailures.IsServers(e) && e is not OperationCanceledException)
            {
                if (ServerFailures.IsRequestsOwn(e)) lease.Succeeded();
                else lease.Failed((e as ChatServerException)?.RetryAfter);
                throw;
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    private ResiliencePipeline<IReadOnlyList<Trace>> Retries()
    {
        var builder = new ResiliencePipelineBuilder<IReadOnlyList<Trace>> { TimeProvider = clock };
        if (options.MaxRetries > 0)
            builder.AddRetry(new RetryStrategyOptions<IReadOnlyList<Trace>>
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = options.MaxDelay,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && ServerFailures.MayPass(e)),
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is ChatServerException { RetryAfter: { } wait } ? wait < options.MaxDelay ? wait : options.MaxDelay : (TimeSpan?)null),
                OnRetry = arguments =>
                {
                    LogRetry(logger, arguments.AttemptNumber + 1, arguments.RetryDelay, arguments.Outcome.Exception!.Message);
                    return default;
                },
            });
        return builder.Build();
    }

    private static void Fail(IReadOnlyList<SampleRequest> samples, string reason, ISampleSink sink)
    {
        foreach (var sample in samples) sink.Failed(new SampleFailure(sample.Problem.Id, sample.SampleIndex, reason));
    }

    private string Reason(Exception e) => e is TimeoutRejectedException ? $"no answer within {options.RequestTimeout}" : e is OperationCanceledException ? "stopped: the servers failed too often" : e.Message;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} failed, next one in {Delay}: {Reason}")]
    private static partial void LogRetry(ILogger logger, int attempt, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Problem {Problem}, samples from {First} ({Count} in the request) failed: {Reason}")]
    private static partial void LogFailure(ILogger logger, string problem, int first, int count, string reason);
}
