using System.Globalization;

namespace Liveness.Presence;

/// <summary>Which connection of a key is the newest. It stays after the end of that connection, and then leads nowhere.</summary>
/// <param name="Since">As <see cref="EntryData.Since"/>.</param>
/// <param name="Part">That holds the entry.</param>
internal sealed record Pointer(long Since, PartId Part)
{
    /// <summary>The later one; of two at the same time, that of the later run.</summary>
    public bool IsNewerThan(Pointer other) =>
        Since != other.Since ? Since > other.Since : Epoch.IsNewer(Part.Epoch, other.Part.Epoch);

    /// <summary>As the store holds it: since, epoch and gateway, with a blank between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Since} {Part.Epoch} {Part.Gateway}");

    /// <returns>Null = somebody else has written it.</returns>
    public static Pointer? Parse(string? text) =>
        text?.Split(' ') is [var since, { Length: > 0 } epoch, { Length: > 0 } gateway]
            && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out long at)
            ? new Pointer(at, new PartId(gateway, epoch))
            : null;
}
