using System.Globalization;

namespace Liveness.Tests.Wire.Sessions;

/// <summary>One line of a case: a verb, and what belongs to it.</summary>
internal sealed record SessionStep(string Verb, IReadOnlyList<string> Words)
{
    public int Number => int.Parse(Words[0], CultureInfo.InvariantCulture);

    /// <summary>How often, of "send 64 x ...": once where nothing is said.</summary>
    public int Times => IsRepeated ? Number : 1;

    public BytePattern Bytes => new(IsRepeated ? [.. Words.Skip(2)] : Words);

    private bool IsRepeated => Words.Count > 2 && Words[1] == "x";

    public override string ToString() => $"{Verb} {string.Join(' ', Words)}";
}
