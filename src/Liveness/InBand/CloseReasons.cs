namespace Liveness;

/// <summary>Checks what the application wants a peer to be told.</summary>
internal static class CloseReasons
{
    public static readonly TimeSpan MaxReconnectAfter = TimeSpan.FromMilliseconds(WireLimits.MaxReconnectAfterMilliseconds);

    /// <exception cref="ArgumentException">It can't be told.</exception>
    public static LastWord ToWord(CloseReason reason, string? text, TimeSpan? reconnectAfter)
    {
        if (reason is not (CloseReason.Done or CloseReason.GoingAway))
        {
            throw new ArgumentOutOfRangeException(
                nameof(reason), reason, $"A close is {nameof(CloseReason.Done)} or {nameof(CloseReason.GoingAway)}.");
        }

        if (reconnectAfter is { } after)
        {
            if (after < TimeSpan.Zero || after > MaxReconnectAfter)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(reconnectAfter), after, "A peer can be asked to stay away for 00:00:00 to 1.00:00:00 (one day).");
            }

            if (reason != CloseReason.GoingAway)
            {
                throw new ArgumentException(
                    $"Only {nameof(CloseReason)}.{nameof(CloseReason.GoingAway)} asks a peer to come back later.", nameof(reconnectAfter));
            }
        }

        return new LastWord((GoodbyeCode)reason, text, reconnectAfter);
    }
}
