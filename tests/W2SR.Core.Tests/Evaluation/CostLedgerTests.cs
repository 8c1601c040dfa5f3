using W2SR.Core.Evaluation.Cost;

namespace W2SR.Core.Tests.Evaluation;

public sealed class CostLedgerTests
{
    private static readonly CostLedger Ledger = new(
    [
        new("base", "strong", CostKind.Other) { Flops = 1e6, WallTime = TimeSpan.FromSeconds(9) },
        new("teacher", "weak", CostKind.Teacher) { Flops = 30, TokensGenerated = 300, TokensTrained = 200, WallTime = TimeSpan.FromSeconds(3) },
        new("traces", "weak", CostKind.Traces) { Flops = 10, TokensGenerated = 100, WallTime = TimeSpan.FromSeconds(1), PeakMemoryBytes = 5 },
        new("student", "strong", CostKind.StudentTraining) { Flops = 20, TokensTrained = 120, WallTime = TimeSpan.FromSeconds(2), PeakMemoryBytes = 7 },
        new("RL", "strong", CostKind.StudentReinforcement) { Flops = 240, TokensGenerated = 900, TokensTrained = 300, PeakMemoryBytes = 9 },
    ]);

    [Fact]
    public void FlopsRatio_ThreeWays_ByHand() => Assert.Equal(new CostRatio(12, 8, 4), Ledger.FlopsRatio());

    [Fact]
    public void TokensRatio_ThreeWays_ByHand() => Assert.Equal(new CostRatio(10, 1200 / 220.0, 1200 / 720.0), Ledger.TokensRatio());

    [Fact]
    public void TimeRatio_TimeNotMeasured_IsUnknownNotZero() => Assert.Equal(new CostRatio(null, null, null), Ledger.TimeRatio());

    [Fact]
    public void FlopsRatio_NoTeacherStage_IsUnknownOnlyWhereItCounts() =>
        Assert.Equal(new CostRatio(12, 8, null), new CostLedger([.. Ledger.Entries.Where(e => e.Kind != CostKind.Teacher)]).FlopsRatio());

    [Fact]
    public void ByModel_Sums_AndKeepsUnknownTimesUnknown()
    {
        var weak = Ledger.ByModel().Single(e => e.Model == "weak");
        Assert.Equal((40.0, 400L, 200L, TimeSpan.FromSeconds(4), 5L), (weak.Flops, weak.TokensGenerated, weak.TokensTrained, weak.WallTime!.Value, weak.PeakMemoryBytes!.Value));
        Assert.Null(Ledger.ByModel().Single(e => e.Model == "strong").WallTime);
    }

    [Fact]
    public void ScaledTo_NamedHardware_ByHand()
    {
        // 240 operations at half of 40 a second: 12 s; at 300 an hour, 1.
        var rl = Ledger.ScaledTo(new Hardware("abacus", 40, 0.5, 300)).Single(c => c.Stage == "RL");
        Assert.Equal(12 / 3600.0, rl.DeviceHours, 1e-15);
        Assert.Equal(1, rl.Price, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Ledger.ScaledTo(new Hardware("none", 0, 0.5, 1)));
    }

    [Fact]
    public void New_StageTwiceOrNotFinite_IsRefused()
    {
        Assert.Contains("'RL' appears 2 times", Assert.Throws<ArgumentException>(() => new CostLedger([.. Ledger.Entries, Ledger.Entries[^1]])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CostLedger([new CostEntry("s", "m", CostKind.Traces) { Flops = double.NaN }]));
    }

    [Fact]
    public void Meter_AroundAnAllocation_SeesTimeAndMemory()
    {
        using var meter = new CostMeter();
        var entry = meter.Complete(new CostEntry("s", "m", CostKind.Other));
        Assert.True(entry.WallTime >= TimeSpan.Zero && entry.PeakMemoryBytes > 1 << 20);
    }
}
