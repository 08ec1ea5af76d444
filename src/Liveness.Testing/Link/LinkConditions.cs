namespace Liveness.Testing;

/// <summary>
/// The network conditions of one direction of a link. You can change them at any time, from any thread; a change takes effect at once.
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

    /// <summary>The time that a byte travels.</summary>
    /// <value>0 to 1 day; the default is 0.</value>
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
    /// The largest random time that is added to <see cref="Delay"/> for each write, uniformly from a seeded generator. Bytes arrive in
    /// order, so a late byte delays those behind it.
    /// </summary>
    /// <value>0 to 1 day; the default is 0.</value>
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

    /// <summary>The number of bytes that leave the sender in a second.</summary>
    /// <value>At least 1; null, the default, means no limit.</value>
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

    /// <summary>The number of written bytes that the other end has not read yet, above which writes wait.</summary>
    /// <value>At least 1 byte; the default is 65,536. Bytes stay in the buffer when you make it smaller.</value>
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
    /// Whether this direction is cut: bytes, including those in flight, closes and resets vanish silently. Bytes that have arrived can
    /// still be read.
    /// </summary>
    /// <value>
    /// The default is false. A cut connection stays cut forever; setting it back to false only lets later connections through.
    /// </value>
    public bool IsCut
    {
        get => _current.IsCut;
        set => Set(value, static (old, cut) => old with { IsCut = cut });
    }

    /// <summary>
    /// Whether a sender's bytes are accepted without limit after a cut, as behind a proxy that acknowledges them. Otherwise they are
    /// accepted until the buffer is full, as TCP does without acknowledgements.
    /// </summary>
    /// <value>The default is false for <see cref="InMemoryLink"/> and true for <see cref="LoopbackRelay"/>.</value>
    public bool CutAcknowledges
    {
        get => _current.CutAcknowledges;
        set => Set(value, static (old, acknowledges) => old with { CutAcknowledges = acknowledges });
    }

    /// <summary>Whether this direction is stalled: nothing arrives and nothing is lost, and everything that is due arrives when it becomes
    /// false.</summary>
    /// <value>The default is false.</value>
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
