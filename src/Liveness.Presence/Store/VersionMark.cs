using System.Globalization;

namespace Liveness.Presence;

/// <summary>How far a part of the store has come: the field without a name in its hash.</summary>
/// <param name="Version">The number of changes, and of gaps, that this part has seen.</param>
/// <param name="IsPartial">Entries are missing yet: the gateway writes them anew.</param>
internal readonly record struct VersionMark(long Version, bool IsPartial)
{
    private const char Partial = '~';

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsPartial ? "~" : "")}{Version}");

    /// <returns>Null = there is none, or somebody else has written it.</returns>
    public static VersionMark? Parse(string? text)
    {
        bool isPartial = text is [Partial, ..];
        ReadOnlySpan<char> digits = text.AsSpan(isPartial ? 1 : 0);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? new VersionMark(version, isPartial)
            : null;
    }
}
