using System.Globalization;

namespace W2SR.Core.Tests.Infrastructure;

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(string localTime) : TimeProvider
{
    private readonly DateTimeOffset _now = DateTimeOffset.Parse(localTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => _now;
}
