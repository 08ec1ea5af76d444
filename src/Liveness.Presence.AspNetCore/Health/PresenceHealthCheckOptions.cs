using System.Globalization;

namespace Liveness.Presence.AspNetCore;

/// <summary>The options of a health check of presence.</summary>
public sealed class PresenceHealthCheckOptions
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>
    /// The time for which the check is degraded before it is unhealthy, counted from the first check that found something wrong, so that
    /// this needs two checks.
    /// </summary>
    /// <value>
    /// Zero to one day. Null, the default, means never: connections work without the store, and a process that is started again loses them.
    /// Set it in a process that is of no use without the store.
    /// </value>
    public TimeSpan? UnhealthyAfter { get; set; }

    /// <exception cref="ArgumentException">A value is out of range; names it.</exception>
    internal void Validate(string parameter)
    {
        if (UnhealthyAfter is { } after && (after < TimeSpan.Zero || after > s_longest))
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{nameof(UnhealthyAfter)} is {after:c}, and must be 00:00:00 to {s_longest:c}, or null for never."),
                parameter);
        }
    }
}
