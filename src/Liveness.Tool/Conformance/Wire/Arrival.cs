using System.Globalization;
using System.Text;

namespace Liveness.Tool.Conformance;

/// <summary>A frame of the testee.</summary>
/// <param name="Type">Its first byte.</param>
/// <param name="Payload">All of it, but of DATA and extensions: those are judged as they come, and not kept.</param>
/// <param name="Length">Of the payload.</param>
/// <param name="At">Since the connection began.</param>
internal sealed record Arrival(byte Type, byte[] Payload, int Length, TimeSpan At)
{
    /// <summary>Null where it is none, or none that has all fields.</summary>
    public RawBeat? AsBeat => Type == Raw.Beat && Payload.Length == RawBeat.Size ? RawBeat.Of(Payload) : null;

    /// <summary>Of a GOODBYE; null where it is none, or has none.</summary>
    public int? Code => Type == Raw.Goodbye && Payload.Length >= 2 ? (Payload[0] << 8) | Payload[1] : null;

    /// <summary>Of a GOODBYE. It is the testee's text: what a terminal or XML would take for more than text is replaced.</summary>
    public string Reason => Code is null ? "" : string.Concat(Encoding.UTF8.GetString(Payload.AsSpan(2)).EnumerateRunes().Select(Plain));

    public override string ToString() => Type switch
    {
        Raw.Beat when AsBeat is { } beat =>
            $"BEAT seq {beat.Seq}, echo {(beat.EchoDelay == Raw.NoEcho ? "none" : beat.EchoSeq)}, flags {beat.Flags}, "
            + $"received {beat.Received}, consumed {beat.Consumed}, generation {beat.Generation}",
        Raw.Goodbye when Code is { } code => $"GOODBYE {code} \"{Reason}\"",
        Raw.Credit when Payload.Length == 8 => $"CREDIT {Raw.LongNumber(Payload, 0)}",
        _ => $"{Raw.NameOf(Type)}, {Length} bytes",
    };

    private static string Plain(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned
        ? "?"
        : rune.ToString();
}
