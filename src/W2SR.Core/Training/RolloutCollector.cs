using Stopwatch = System.Diagnostics.Stopwatch;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Problems;
using W2SR.Core.Reasoners;
using W2SR.Core.Tokens;

namespace W2SR.Core.Training;

/// <summary>Makes the rollouts of a step with the weights as they are: draws problems, writes groups of responses, scores them, and replaces groups that teach nothing where that is asked for.</summary>
internal sealed class RolloutCollector(IStudent student, GrpoOptions options, IReadOnlyList<RewardPart> parts, ProblemDraw draw)
{
    private readonly SequenceGenerator generator = new(student.Model, student.Tokenizer.EndIds);
    private readonly RewardScorer scorer = new(parts, options.Rewards);

    /// <summary>Collects.</summary>
    /// <param name="step">Counted from 0.</param>
    /// <param name="cancellationToken">Stops between tokens and rewards.</param>
    public RolloutBatch Collect(int step, CancellationToken cancellationToken)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        var failures = new List<string>();
        List<Rollout[]> teaching = [], uniform = [];
        Stopwatch generating = new(), scoring = new();
        var rounds = 0;
        while (rounds <= options.Rollouts.ReplacementRounds)
        {
            var problems = draw.Next(options.ProblemsPerStep - teaching.Count, used, wholePass: rounds == 0);
            if (problems.Count == 0) break;
            rounds++;
            foreach (var group in Write(problems, step, failures, generating, scoring, cancellationToken))
            {
                var isUniform = IsUniform(group);
                draw.Observe(group[0].ProblemId, isUniform);
                // Without replacement all groups stay in the order they were drawn in.
                (isUniform && options.Rollouts.ReplacementRounds > 0 ? uniform : teaching).Add(group);
            }
            if (teaching.Count == options.ProblemsPerStep) break;
        }
        var kept = teaching.Concat(uniform).Take(options.ProblemsPerStep).SelectMany(g => g).ToArray();
        return new RolloutBatch(WithAdvantages(kept), [.. teaching.Concat(uniform).SelectMany(g => g)], rounds, failures, generating.Elapsed, scoring.Elapsed);
    }

    /// <summary>True when a group's responses all earned the same, so that there is nothing to prefer.</summary>
    public bool IsUniform(Rollout[] group) => options.Rewards.Aggregation == RewardAggregation.SumThenNormalize
        ? GroupAdvantages.IsUniform([.. group.Select(r => r.Reward)])
        : Enumerable.Range(0, parts.Count).All(f => GroupAdvantages.IsUniform([.. group.Select(r => r.Rewards[f])]));

    private Rollout[] WithAdvantages(Rollout[] rollouts)
    {
        var byPart = Enumerable.Range(0, parts.Count).Select(f => (IReadOnlyList<double>)[.. rollouts.Select(r => r.Rewards[f])]).ToArray();
        var advantages = GroupAdvantages.Compute(byPart, scorer.Weights, options.GroupSize, options.Scaling, options.Rewards.Aggregation);
        return [.. rollouts.Select((r, i) => r with { Advantage = advantages[i] })];
    }

    private IEnumerable<Rollout[]> Write(
        List<Problem> problems, int step, List<string> failures, Stopwatch generating, Stopwatch scoring, CancellationToken cancellationToken)
    {
        generating.Start();
        var requests = new List<GenerationRequest>(problems.Count * options.GroupSize);
        foreach (var problem in problems)
        {
            var prompt = student.EncodePrompt(problem);
            for (var sample = 0; sample < options.GroupSize; sample++)
                requests.Add(new GenerationRequest(prompt, new RandomStream(options.Seed, problem.Id, sample, step + 1)));
        }
        var sampling = new SamplingOptions { Temperature = options.Temperature, MaxNewTokens = options.MaxNewTokens };
        var sequences = generator.Generate(requests, sampling, withLogProbs: true, cancellationToken);
        generating.Stop();
        scoring.Start();
        RewardSample[] samples = [.. sequences.Select((s, i) => new RewardSample(
            problems[i / options.GroupSize], student.Tokenizer.Decode(s.Ids), s.Ids, s.FinishReason, i % options.GroupSize, step + 1))];
        var scores = scorer.Score(samples, cancellationToken);
        failures.AddRange(scores.Failures);
        var totals = GroupAdvantages.Totals(scores.Rewards, scorer.Weights);
        scoring.Stop();
        return sequences.Select((s, i) => new Rollout
        {
            Example = new TrainingExample(requests[i].PromptIds, s.Ids) { Id = $"{samples[i].Problem.Id}/{samples[i].SampleIndex}" },
            ProblemId = samples[i].Problem.Id,
            LogProbs = s.LogProbs!,
            FinishReason = s.FinishReason,
            Rewards = [.. scores.Rewards.Select(r => r[i])],
            Reward = totals[i],
            HasAnswer = scores.HasAnswer[i],
            Trains = !options.Rollouts.MasksTruncated || s.FinishReason == FinishReason.Stop,
        }).Chunk(options.GroupSize);
    }
}
