namespace Liveness.Tool.Conformance;

/// <summary>What a peer says in its beats that hears nothing any more.</summary>
/// <param name="Since">When that began.</param>
/// <param name="Echo">The newest beat that it has heard.</param>
/// <param name="EchoAt">When.</param>
/// <param name="SaysSo">heardAgo grows; false = only the echo stands still.</param>
/// <param name="Lag">How far it says to be behind, ms.</param>
internal sealed record Deafness(TimeSpan Since, uint Echo, TimeSpan EchoAt, bool SaysSo, ushort Lag)
{
    public RawBeat Apply(RawBeat beat, TimeSpan now) => beat with
    {
        EchoSeq = Echo,
        EchoDelay = (uint)(now - EchoAt).TotalMicroseconds,
        HeardAgo = SaysSo ? (uint)(now - Since).TotalMilliseconds : 0,
        Lag = Lag,
    };
}
