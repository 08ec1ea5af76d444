namespace Liveness;

/// <summary>How fast what we send arrives, and how much may be handed over in one go so that a beat never waits long behind it.</summary>
/// <remarks>A faster sample counts at once. A slower one counts only where the transport was what held us back: an application that writes
/// little, or a peer that reads slowly, says nothing about the path. Sizes are an eighth of the shorter bound's worth of bytes.</remarks>
internal sealed class DeliveryRate
{
    private const int LeastSize = 1024;
    private const int FirstFrame = 16 * 1024;
    private const int MostFrame = WireLimits.MaxDataPayload;
    private const int FirstBatch = 64 * 1024;
    private const int MostBatch = 1024 * 1024;
    private const int LeastUnsent = 16 * 1024;
    private const int FirstUnsent = 128 * 1024;
    private const int MostUnsent = 256 * 1024;

    /// <summary>Reports that come closer together were bunched on the way.</summary>
    private static readonly TimeSpan s_leastSample = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Until the transport has once held us back, a rate is only what the application happened to write: the sizes to begin with are the
    /// least.
    /// </summary>
    private bool _isMeasured;
    private bool _isBlocked;
    private bool _wasBlocked;
    private ulong _confirmed;
    private ulong _confirmedBefore;
    private Instant _sampleBegan;

    /// <param name="began">When the first DATA was sent.</param>
    public DeliveryRate(Instant began) => _sampleBegan = began;

    /// <summary>Before the first DATA: nothing is measured by it, only its sizes are asked for.</summary>
    public static DeliveryRate Unknown { get; } = new(default);

    /// <summary>The present estimate; 0 = none yet.</summary>
    public double BytesPerSecond { get; private set; }

    /// <summary>A send did not go through at once.</summary>
    public void OnTransportBlocked()
    {
        _isBlocked = true;
        _wasBlocked = true;
    }

    /// <summary>What was pending has gone through.</summary>
    public void OnTransportFree() => _isBlocked = false;

    /// <summary>The peer said how much has arrived.</summary>
    /// <param name="totalConfirmed">DATA bytes in all.</param>
    /// <param name="now">The present.</param>
    /// <param name="readerIsBehind">Whether a good part of it lies unread there: then the transfer goes at its reader's pace.</param>
    public void OnConfirmed(ulong totalConfirmed, Instant now, bool readerIsBehind = false) =>
        Sample(totalConfirmed, now, mayLower: !readerIsBehind);

    /// <summary>So much at least has arrived: a rate drawn from it may be too low, and never lowers the estimate.</summary>
    public void OnConfirmedAtLeast(ulong totalConfirmed, Instant now) => Sample(totalConfirmed, now, mayLower: false);

    /// <summary>The longest DATA payload: 1 to 64 KiB, 16 KiB to begin with.</summary>
    /// <param name="bound">The shorter one of both ends; <see cref="TimeSpan.MaxValue"/> where neither judges silence.</param>
    public int FrameSize(TimeSpan bound) => Size(bound, LeastSize, FirstFrame, MostFrame);

    /// <summary>The most that is handed over in one call: 1 KiB to 1 MiB, 64 KiB to begin with.</summary>
    /// <inheritdoc cref="FrameSize"/>
    public int BatchSize(TimeSpan bound) => Size(bound, LeastSize, FirstBatch, MostBatch);

    /// <summary>How much may lie unsent in the kernel: 16 to 256 KiB, 128 KiB to begin with.</summary>
    /// <inheritdoc cref="FrameSize"/>
    public int NotSentLowWater(TimeSpan bound) => Size(bound, LeastUnsent, FirstUnsent, MostUnsent);

    private void Sample(ulong totalConfirmed, Instant now, bool mayLower)
    {
        _confirmed = Math.Max(_confirmed, totalConfirmed);
        TimeSpan took = now - _sampleBegan;
        if (took < s_leastSample || _confirmed == 0)
        {
            // A report that was under way before the first data says nothing of it.
            return;
        }

        double sample = (_confirmed - _confirmedBefore) / took.TotalSeconds;
        if (sample >= BytesPerSecond)
        {
            BytesPerSecond = sample;
            _isMeasured |= _wasBlocked && mayLower;
        }
        else if (_wasBlocked && mayLower)
        {
            // By half at most: one late report decides little.
            BytesPerSecond = Math.Max(sample, BytesPerSecond / 2);
            _isMeasured = true;
        }

        Begin(now);
    }

    private void Begin(Instant now)
    {
        _sampleBegan = now;
        _confirmedBefore = _confirmed;
        _wasBlocked = _isBlocked;
    }

    private int Size(TimeSpan bound, int least, int first, int most)
    {
        if (bound == TimeSpan.MaxValue)
        {
            return most;
        }

        int size = (int)Math.Clamp(BytesPerSecond * bound.TotalSeconds / 8, least, most);
        return _isMeasured ? size : Math.Max(size, first);
    }
}
