using System.Net;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using W2SR.Core.Common;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using AiMessage = Microsoft.Extensions.AI.ChatMessage;

namespace W2SR.Core.Traces;

/// <summary>
/// A teacher behind one or several chat servers. Each sample is a request of its own, with a seed of its own; a request goes to the endpoint with
/// the fewest under way. Failures that may pass are tried again; a sample that fails for good is reported to the sink and left for a later call.
/// </summary>
public sealed partial class ChatClientTeacher : ITeacher
{
    private readonly IReadOnlyList<IChatClient> endpoints;
    private readonly ReasoningPrompt prompt;
    private readonly ChatClientTeacherOptions options;
    private readonly ILogger logger;
    private readonly ResiliencePipeline<ChatResponse> pipeline;
    private readonly Lock gate = new();
    private readonly int[] underWay;

    /// <summary>Puts endpoints of one model together.</summary>
    /// <param name="name">Name for traces, manifests and reports.</param>
    /// <param name="endpoints">Servers of the same model; borrowed.</param>
    /// <param name="prompt">How a problem is put; null for <see cref="ReasoningPrompt.Paper"/>.</param>
    /// <param name="options">Concurrency, timeouts, retries; null for the defaults.</param>
    /// <param name="logger">Told of retries and failures; null for none.</param>
    /// <param name="clock">The clock of waits and timeouts; null for the system's.</param>
    public ChatClientTeacher(
        string name, IReadOnlyList<IChatClient> endpoints, ReasoningPrompt? prompt = null, ChatClientTeacherOptions? options = null, ILogger? logger = null, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count);
        Name = name;
        this.endpoints = endpoints;
        this.prompt = prompt ?? ReasoningPrompt.Paper;
        this.options = options ?? new ChatClientTeacherOptions();
        this.options.Validate();
        this.logger = logger ?? NullLogger.Instance;
        underWay = new int[endpoints.Count];
        pipeline = Pipeline(clock);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public long? ParameterCount => null;

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
        var failedInARow = 0;
        async ValueTask One(SampleRequest sample, CancellationToken ct)
        {
            if (giveUp.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sink.Failed(new SampleFailure(sample.Problem.Id, sample.SampleIndex, "not tried: the servers failed too often before"));
                return;
            }
            try
            {
                var trace = await AskAsync(sample, sampling, giveUp.Token).ConfigureAwait(false);
                Interlocked.Exchange(ref failedInARow, 0);
                sink.Finished(trace);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception e) when (IsServers(e))
            {
                LogFailure(logger, sample.Problem.Id, sample.SampleIndex, e.Message);
                sink.Failed(new SampleFailure(sample.Problem.Id, sample.SampleIndex, Reason(e)));
                if (Interlocked.Increment(ref failedInARow) >= options.GiveUpAfter) await giveUp.CancelAsync().ConfigureAwait(false);
            }
        }
        var together = new ParallelOptions { MaxDegreeOfParallelism = checked(options.MaxConcurrency * endpoints.Count), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(samples, together, One).ConfigureAwait(false);
    }

    private async Task<Trace> AskAsync(SampleRequest sample, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        AiMessage[] messages = [new(ChatRole.User, prompt.Render(sample.Problem))];
        var chat = Options(sample, sampling);
        var response = await pipeline.ExecuteAsync(async ct =>
        {
            // Chosen anew for each attempt: a retry may find another endpoint idle.
            var endpoint = Take();
            try
            {
                return await endpoints[endpoint].GetResponseAsync(messages, chat.Clone(), ct).ConfigureAwait(false);
            }
            finally
            {
                lock (gate) underWay[endpoint]--;
            }
        }, cancellationToken).ConfigureAwait(false);
        return ChatResponses.ToTrace(response, sample, Name, sampling.MaxNewTokens);
    }

    private int Take()
    {
        lock (gate)
        {
            var least = Array.IndexOf(underWay, underWay.Min());
            underWay[least]++;
            return least;
        }
    }

    private static ChatOptions Options(SampleRequest sample, SamplingOptions sampling)
    {
        var extra = new AdditionalPropertiesDictionary();
        if (sampling.MinP > 0) extra["min_p"] = sampling.MinP;
        if (sampling.RepetitionPenalty != 1) extra["repetition_penalty"] = sampling.RepetitionPenalty;
        return new ChatOptions
        {
            Temperature = (float)sampling.Temperature,
            TopP = sampling.TopP < 1 ? (float)sampling.TopP : null,
            TopK = sampling.TopK > 0 ? sampling.TopK : null,
            MaxOutputTokens = sampling.MaxNewTokens,
            Seed = (long)(new RandomStream(sampling.Seed, sample.Problem.Id, sample.SampleIndex).NextBits() >> 33), // 31 bits: what every server takes
            StopSequences = sampling.StopStrings.Count > 0 ? [.. sampling.StopStrings] : null,
            AdditionalProperties = extra.Count > 0 ? extra : null,
        };
    }

    private ResiliencePipeline<ChatResponse> Pipeline(TimeProvider? clock)
    {
        var builder = new ResiliencePipelineBuilder<ChatResponse> { TimeProvider = clock ?? TimeProvider.System };
        if (options.MaxRetries > 0)
            builder.AddRetry(new RetryStrategyOptions<ChatResponse>
            {
                MaxRetryAttempts = options.MaxRetries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = options.FirstDelay,
                MaxDelay = options.MaxDelay,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && MayPass(e)),
                DelayGenerator = arguments => ValueTask.FromResult(
                    arguments.Outcome.Exception is ChatServerException { RetryAfter: { } wait } ? wait < options.MaxDelay ? wait : options.MaxDelay : (TimeSpan?)null),
                OnRetry = arguments =>
                {
                    LogRetry(logger, arguments.AttemptNumber + 1, arguments.RetryDelay, arguments.Outcome.Exception!.Message);
                    return default;
                },
            });
        return builder.AddTimeout(new TimeoutStrategyOptions { Timeout = options.RequestTimeout }).Build();
    }

    /// <summary>Failures of servers and the way to them; anything else is a mistake of the program and is raised.</summary>
    private static bool IsServers(Exception e) => e is ChatServerException or HttpRequestException or IOException or TimeoutRejectedException or OperationCanceledException;

    private static bool MayPass(Exception e) => e switch
    {
        ChatServerException { Status: { } status } => IsTransient(status),
        HttpRequestException { StatusCode: { } status } => IsTransient(status),
        ChatServerException or HttpRequestException or IOException or TimeoutRejectedException => true,
        _ => false,
    };

    private static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status is 425 or >= 500;

    private string Reason(Exception e) => e is TimeoutRejectedException ? $"no answer within {options.RequestTimeout}" : e is OperationCanceledException ? "stopped: the servers failed too often" : e.Message;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Attempt {Attempt} failed, next one in {Delay}: {Reason}")]
    private static partial void LogRetry(ILogger logger, int attempt, TimeSpan delay, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sample {Sample} of problem {Problem} failed: {Reason}")]
    private static partial void LogFailure(ILogger logger, string problem, int sample, string reason);
}
