namespace Liveness.AspNetCore.Tests;

/// <summary>The time of a while ago, until it is told that the while has passed: what is made in between is that old.</summary>
internal sealed class AgedTime(TimeProvider now, TimeSpan age) : TimeProvider
{
    private TimeSpan _behind = age;

    public override long TimestampFrequency => now.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => now.GetUtcNow() - _behind;

    public override long GetTimestamp() => now.GetTimestamp() - (long)(_behind.TotalSeconds * now.TimestampFrequency);

    public void Pass() => _behind = TimeSpan.Zero;
}
