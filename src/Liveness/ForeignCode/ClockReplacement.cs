namespace Liveness;

/// <summary>The system's clock in the place of one that has failed: it goes on from the last timestamp of that, in its unit.</summary>
internal sealed class ClockReplacement(Type clock, Exception failure, long last, long frequency)
{
    private readonly Int128 _frequency = frequency;
    private readonly long _since = TimeProvider.System.GetTimestamp();

    public Type Clock => clock;

    public Exception Failure => failure;

    public string Text => $"the TimeProvider {clock} failed, and the system's clock has taken its place";

    public long Timestamp =>
        last + (long)((TimeProvider.System.GetTimestamp() - _since) * _frequency / TimeProvider.System.TimestampFrequency);
}
