using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Oracles;

/// <summary>Learning-rate multipliers of transformers' get_scheduler.</summary>
public sealed class ScheduleOracleTests
{
    [SkippableFact]
    public void Multiplier_EverySchedule_IsTransformers()
    {
        using var json = OracleData.Json("optim/adamw_schedules.json");
        var compared = 0;
        foreach (var item in json.RootElement.GetProperty("schedules").EnumerateArray())
        {
            var kind = item.GetProperty("name").GetString() switch
            {
                "constant" => LearningRateSchedule.Kind.Constant,
                "constant_with_warmup" => LearningRateSchedule.Kind.ConstantWithWarmup,
                "linear" => LearningRateSchedule.Kind.Linear,
                "cosine" => LearningRateSchedule.Kind.Cosine,
                "cosine_with_min_lr" => LearningRateSchedule.Kind.CosineWithFloor,
                var other => throw new NotSupportedException(other),
            };
            var floor = item.GetProperty("min_rate").ValueKind == System.Text.Json.JsonValueKind.Null ? 0 : item.GetProperty("min_rate").GetDouble();
            var schedule = new LearningRateSchedule(kind, item.GetProperty("total_steps").GetInt32(), item.GetProperty("warmup_steps").GetInt32(), floor);
            var step = 0;
            foreach (var expected in item.GetProperty("multipliers").EnumerateArray())
            {
                Assert.Equal(expected.GetDouble(), schedule.Multiplier(step++), 1e-9);
                compared++;
            }
        }
        Assert.True(compared > 0);
    }
}
