using System.Globalization;

namespace Liveness.Presence;

/// <summary>What a gateway says at each renewal.</summary>
/// <param name="Epoch">Of its run.</param>
/// <param name="Version">Of its part.</param>
/// <param name="Count">How many keys it has.</param>
/// <param name="RenewedAt">The store's time, in milliseconds.</param>
internal sealed record Lease(string Epoch, long Version, int Count, long RenewedAt)
{
    /// <summary>As the store holds it, with a colon between.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Version}:{Count}:{RenewedAt}");

    /// <returns>Null = there is none, or somebody else has written it.</returns>
    public static Lease? Parse(string? text) =>
        text?.Split(':') is [{ Length: > 0 } epoch, var version, var count, var renewed]
            && long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out long v)
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int c)
            && long.TryParse(renewed, NumberStyles.None, CultureInfo.InvariantCulture, out long at)
            ? new Lease(epoch, v, c, at)
            : null;
}
