using System.Globalization;

namespace Liveness.Presence;

/// <summary>What the store keeps of a gateway that has ever registered.</summary>
/// <param name="Epoch">Of its newest run.</param>
/// <param name="SeenAt">The store's time in milliseconds when it said so, which it does once a minute.</param>
internal sealed record Registration(string Epoch, long SeenAt)
{
    /// <summary>As the store holds it, with a blank between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch} {SeenAt}");

    /// <returns>Null = there is none, or somebody else has written it.</returns>
    public static Registration? Parse(string? text) =>
        text?.Split(' ') is [{ Length: > 0 } epoch, var seen]
            && long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out long at)
            ? new Registration(epoch, at)
            : null;
}
