using System.Globalization;

namespace Liveness.Tests;

/// <summary>One vector of the protocol page: "NAME field=value field=value" and its bytes.</summary>
internal sealed record ProtocolVector(string Line, byte[] Bytes)
{
    public string Name => Line.Split(' ')[0];

    public string Text(string field)
    {
        int start = Line.IndexOf($" {field}=", StringComparison.Ordinal) + field.Length + 2;
        return field is "reason" or "text" ? Line[start..] : Line[start..].Split(' ')[0];
    }

    public ulong Number(string field) => ulong.Parse(Text(field), CultureInfo.InvariantCulture);

    public UInt128 Id(string field) => UInt128.Parse(Text(field), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    public WireIntervals Intervals => new((uint)Number("rx"), (uint)Number("minRx"), (uint)Number("minTx"));

    public HelloFrame Hello => new(
        (byte)Number("minVersion"),
        (byte)Number("maxVersion"),
        (ushort)Number("flags"),
        Id("instance"),
        Id("endpoint"),
        Intervals,
        (uint)Number("maxFrame"),
        Number("firstCredit"));

    public BeatFrame Beat => new(
        (uint)Number("seq"),
        (uint)Number("echoSeq"),
        (uint)Number("echoDelay"),
        (uint)Number("heardAgo"),
        Number("received"),
        Number("consumed"),
        (ushort)Number("lag"),
        (BeatFlags)Number("flags"),
        (uint)Number("generation"));
}
