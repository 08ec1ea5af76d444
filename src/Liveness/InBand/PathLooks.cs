namespace Liveness;

/// <summary>
/// When the kernel is asked about the path: once in a bound, for a round trip changes slowly; when the bound changes; and as soon as a
/// quiet stream is one no longer.
/// </summary>
internal struct PathLooks
{
    /// <summary>Sent within one bound: more than beats and a question now and then, less than anybody waits for.</summary>
    private const uint LittleData = 32 * 1024;

    private Instant _due;
    private TimeSpan _bound;
    private uint _sent;

    /// <summary>Little was sent up to the newest look.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>Whether to look now; then the next look is a bound away.</summary>
    /// <param name="now">The present.</param>
    /// <param name="bound">Of the connection.</param>
    /// <param name="sent">DATA bytes handed to the transport in all.</param>
    public bool TryBegin(Instant now, TimeSpan bound, ulong sent)
    {
        bool isBusy = unchecked((uint)sent - _sent) > LittleData;
        if (now < _due && bound == _bound && !(isBusy && IsQuiet))
        {
            return false;
        }

        IsQuiet = !isBusy;
        _bound = bound;
        _sent = unchecked((uint)sent);
        _due = now + TimeSpan.FromSeconds(Math.Clamp(bound.TotalSeconds, 1, 60));
        return true;
    }
}
