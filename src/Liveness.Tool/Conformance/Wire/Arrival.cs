namespace Liveness.Tool.Conformance;

/// <summary>A frame of the testee.</summary>
/// <param name="Type">Its first byte.</param>
/// <param name="Payload">All of it, but of DATA and extensions: those are judged as they come, and not kept.</param>
/// <param name="Length">Of the payload.</param>
/// <param name="At">Since the connection began.</param>
internal sealed record Arrival(byte Type, byte[] Payload, int Length, TimeSpan At)
{
    public override string ToString() => Type switch
    {
        Raw.Beat when Payload.Length == RawBeat.Size && RawBeat.Of(Payload) is var beat =>
            $"BEAT seq {beat.Seq}, echo {(beat.EchoDelay == Raw.NoEcho ? "none" : beat.EchoSeq)}, flags {beat.Flags}, "
            + $"received {beat.Received}, consumed {beat.Consumed}, generation {beat.Generation}",
        Raw.Goodbye when Payload.Length >= 2 =>
            $"GOODBYE {(Payload[0] << 8) | Payload[1]} \"{System.Text.Encoding.UTF8.GetString(Payload.AsSpan(2))}\"",
        Raw.Credit when Payload.Length == 8 => $"CREDIT {Raw.LongNumber(Payload, 0)}",
        _ => $"{Raw.NameOf(Type)}, {Length} bytes",
    };
}
