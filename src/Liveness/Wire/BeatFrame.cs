namespace Liveness;

/// <summary>One heartbeat. Durations saturate at their field's maximum.</summary>
/// <param name="Sequence">Starts at random, one more per BEAT, compared by RFC 1982.</param>
/// <param name="EchoSequence">The newest sequence number received; meaningless while <paramref name="EchoDelayMicroseconds"/> is
/// <see cref="NoEcho"/>.</param>
/// <param name="EchoDelayMicroseconds">How long the echoed beat lay here before this frame was made; <see cref="NoEcho"/> = no beat
/// received yet.</param>
/// <param name="HeardAgoMilliseconds">For how long the sender had received nothing at all when it made this frame.</param>
/// <param name="Received">DATA payload bytes received in all.</param>
/// <param name="Consumed">DATA payload bytes handed to the application in all.</param>
/// <param name="LagMilliseconds">How far the sender's own thread pool is behind.</param>
/// <param name="RateGeneration">The generation of the last RATE that the sender has applied; 0 = that of HELLO.</param>
internal readonly record struct BeatFrame(
    uint Sequence,
    uint EchoSequence,
    uint EchoDelayMicroseconds,
    uint HeardAgoMilliseconds,
    ulong Received,
    ulong Consumed,
    ushort LagMilliseconds,
    BeatFlags Flags,
    uint RateGeneration)
{
    public const uint NoEcho = uint.MaxValue;

    public bool HasEcho => EchoDelayMicroseconds != NoEcho;

    /// <summary>A duration as a field holds it: not below zero, and at most what is its maximum.</summary>
    public static uint Saturate(double value, uint most) => value <= 0 ? 0 : value >= most ? most : (uint)value;
}
