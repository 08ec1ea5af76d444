namespace Liveness.Testing;

/// <summary>
/// How one direction of a link treats the bytes in it. May be changed at any time, from any thread; a change takes effect at once.
/// </summary>
/// <remarks>
/// Bytes queue at the sender, leave it at <see cref="BytesPerSecond"/>, in packets of at most 1,460 bytes, travel for <see cref="Delay"/>
/// and <see cref="Jitter"/>, and arrive in order.
/// A new delay or jitter applies to bytes that are written afterwards, a new rate to all that have not left the sender.
/// The two directions are independent: where TCP's missing acknowledgements would silence the other way as well, cut both.
/// </remarks>
public sealed class LinkConditions
{
    internal const int DefaultBufferSize = 64 * 1024;

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();

    /// <summary>Replaced as a whole, under the lock; read without it.</summary>
    private volatile LinkSettings _current = new();

    /// <summary>Raised after a change, on the thread that made it, under no lock.</summary>
    internal event Action? Changed;

    /// <summary>How long a byte travels.</summary>
    /// <value>0 (default) to 1 day.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan Delay
    {
        get => _current.Delay;
        set
        {
            ThrowIfOutOfRange(value);
            Set(value, static (old, delay) => old with { Delay = delay });
        }
    }

    /// <summary>
    /// Added to <see cref="Delay"/> for each write: uniformly 0 to this much, from a seeded generator. Nothing overtakes: a late byte holds
    /// up those behind it.
    /// </summary>
    /// <value>0 (default) to 1 day.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan Jitter
    {
        get => _current.Jitter;
        set
        {
            ThrowIfOutOfRange(value);
            Set(value, static (old, jitter) => old with { Jitter = jitter });
        }
    }

    /// <summary>How fast bytes leave the sender.</summary>
    /// <value>At least 1; null (default) = at once.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public long? BytesPerSecond
    {
        get => _current.BytesPerSecond;
        set
        {
            if (value is { } rate)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(rate, 1, nameof(value));
            }

            Set(value, static (old, rate) => old with { BytesPerSecond = rate });
        }
    }

    /// <summary>How many bytes may be written and not yet read by the other end, before writes wait.</summary>
    /// <value>At least 1 byte; default 65,536. What lies in the buffer stays there when it is made smaller.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int BufferSize
    {
        get => _current.BufferSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            Set(value, static (old, size) => old with { BufferSize = size });
        }
    }

    /// <summary>
    /// Nothing arrives any more: bytes, also those on the way, closes and resets are swallowed silently. What has arrived can still be
    /// read.
    /// </summary>
    /// <value>
    /// Default false. A connection that was cut stays cut for ever; false again lets connections through that are made afterwards.
    /// </value>
    public bool IsCut
    {
        get => _current.IsCut;
        set => Set(value, static (old, cut) => old with { IsCut = cut });
    }

    /// <summary>
    /// What a sender sees after a cut: true = its bytes are taken without end, as behind a proxy that acknowledges them; false = they are
    /// taken until the buffer is full, as TCP does without acknowledgements.
    /// </summary>
    /// <value>Default false for <see cref="InMemoryLink"/>, true for <see cref="LoopbackRelay"/>.</value>
    public bool CutAcknowledges
    {
        get => _current.CutAcknowledges;
        set => Set(value, static (old, acknowledges) => old with { CutAcknowledges = acknowledges });
    }

    /// <summary>Nothing arrives while true, and nothing is lost: all that is due arrives when it becomes false.</summary>
    /// <value>Default false.</value>
    public bool IsStalled
    {
        get => _current.IsStalled;
        set => Set(value, static (old, stalled) => old with { IsStalled = stalled });
    }

    internal LinkSettings Current => _current;

    private static void ThrowIfOutOfRange(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, s_longest);
    }

    private void Set<T>(T value, Func<LinkSettings, T, LinkSettings> change)
    {
        lock (_lock)
        {
            _current = change(_current, value);
        }

        Changed?.Invoke();
    }
}
