using System.Globalization;

namespace Liveness.Tool.Conformance;

/// <summary>The bytes both ways, with their times, for the reports. Bounded: what is left out is counted.</summary>
internal sealed class Transcript
{
    private const int MostBytesALine = 256;
    private const int MostLines = 400;

    private readonly List<string> _lines = [];
    private int _leftOut;

    public IReadOnlyList<string> Lines => _leftOut == 0 ? _lines : [.. _lines, $"... and {_leftOut} more"];

    public void Note(TimeSpan at, string text) => Add(at, "--", text);

    public void Sent(TimeSpan at, ReadOnlySpan<byte> bytes) => Add(at, ">>", Hex(bytes));

    public void Came(TimeSpan at, ReadOnlySpan<byte> bytes) => Add(at, "<<", Hex(bytes));

    private static string Hex(ReadOnlySpan<byte> bytes) => bytes.Length <= MostBytesALine
        ? Convert.ToHexString(bytes)
        : $"{Convert.ToHexString(bytes[..MostBytesALine])}... ({bytes.Length} bytes)";

    private void Add(TimeSpan at, string mark, string text)
    {
        if (_lines.Count == MostLines)
        {
            _leftOut++;
            return;
        }

        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{at.TotalMilliseconds,9:0.0} {mark} {text}"));
    }
}
