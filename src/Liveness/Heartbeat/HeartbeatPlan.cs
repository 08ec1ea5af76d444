using System.Globalization;
using System.Text;
using static Liveness.Durations;

namespace Liveness;

/// <summary>
/// Everything that follows from a set of <see cref="HeartbeatOptions"/>: immutable, validated, and able to explain itself.
/// </summary>
/// <remarks>
/// The numbers apply to a peer that accepts them. <see cref="ConnectionSnapshot"/> has the numbers that were agreed with the peer.
/// </remarks>
public sealed class HeartbeatPlan
{
    /// <summary>The connections of a process have the same options as a rule: they share one plan.</summary>
    private static HeartbeatPlan? s_newest;

    private HeartbeatPlan(HeartbeatOptions options)
    {
        DetectWithin = options.DetectWithin ?? HeartbeatDefaults.DetectWithin;
        Rate = HeartbeatRate.Derive(DetectWithin, options.MinTransmitInterval, options.MinReceiveInterval);
        MinTransmitInterval = options.MinTransmitInterval;
        MinReceiveInterval = options.MinReceiveInterval;
        HandshakeTimeout = options.HandshakeTimeout;
        PlainPeers = options.PlainPeers ?? PlainPeers.Refuse;
        PlainPeerAfter = options.PlainPeerAfter;
        CloseTimeout = options.CloseTimeout ?? Shorter(Rate.DetectWithin, HeartbeatDefaults.CloseTimeout);
        CloseDeadline = options.CloseDeadline;
        StalledAfter = options.StalledAfter
            ?? (Rate.Judges ? Longer(DetectWithin, HeartbeatDefaults.StalledAfter) : HeartbeatDefaults.StalledAfter);
        ReceiveWindow = options.ReceiveWindow;
        MaxReceiveWindow = options.MaxReceiveWindow ?? Math.Max(HeartbeatDefaults.MaxReceiveWindow, ReceiveWindow);
        RequireBound = options.RequireBound;
        Timing = new HeartbeatTiming(Rate, Rate.Wire);
    }

    /// <summary>
    /// The value of <see cref="HeartbeatOptions.DetectWithin"/>; <see cref="Timeout.InfiniteTimeSpan"/> means that silence is never judged.
    /// </summary>
    public TimeSpan DetectWithin { get; }

    /// <summary>The number of beats in a row that may be missed before one more is a loss: 3 to 9; 0 if silence is not judged.</summary>
    public int MissedBeats => Rate.MissedBeats;

    /// <summary>The beat interval that this end asks of the peer; <see cref="Timeout.InfiniteTimeSpan"/> if silence is not
    /// judged.</summary>
    public TimeSpan Interval => Finite(Rate.Interval);

    /// <summary>The time after the last received byte within which a loss is reported, if the peer beats as often as it is asked to:
    /// (MissedBeats + 1) intervals of whole milliseconds. It is <see cref="Timeout.InfiniteTimeSpan"/> if silence is not judged.</summary>
    public TimeSpan Bound => Finite(Timing.Bound);

    /// <summary>The silence after which the connection is <see cref="LivenessState.Suspect"/> and probes are sent.</summary>
    public TimeSpan SuspectAfter => Finite(Timing.SuspectAfter);

    /// <summary>The silence after which the connection is lost: a little less than <see cref="Bound"/>, so that your code knows within the
    /// bound.</summary>
    public TimeSpan Deadline => Finite(Timing.Deadline);

    /// <summary>The value of <see cref="HeartbeatOptions.HandshakeTimeout"/>.</summary>
    public TimeSpan HandshakeTimeout { get; }

    /// <summary>The value of <see cref="HeartbeatOptions.PlainPeers"/>; never null.</summary>
    public PlainPeers PlainPeers { get; }

    /// <summary>The value of <see cref="HeartbeatOptions.PlainPeerAfter"/>.</summary>
    public TimeSpan PlainPeerAfter { get; }

    /// <summary>The longest time that an orderly close may take without progress.</summary>
    public TimeSpan CloseTimeout { get; }

    /// <summary>The longest time that an orderly close may take in all; <see cref="Timeout.InfiniteTimeSpan"/> means no limit.</summary>
    public TimeSpan CloseDeadline { get; }

    /// <summary>The time without progress after which unread data is reported; <see cref="Timeout.InfiniteTimeSpan"/> means
    /// never.</summary>
    public TimeSpan StalledAfter { get; }

    /// <summary>The largest number of unread bytes that the peer may have sent, at first.</summary>
    public int ReceiveWindow { get; }

    /// <summary>The largest number of unread bytes that the peer may have sent, once the window has grown.</summary>
    public int MaxReceiveWindow { get; }

    /// <summary>The value of <see cref="HeartbeatOptions.RequireBound"/>.</summary>
    public bool RequireBound { get; }

    internal HeartbeatRate Rate { get; }

    internal TimeSpan MinTransmitInterval { get; }

    internal TimeSpan? MinReceiveInterval { get; }

    internal HeartbeatTiming Timing { get; }

    /// <summary>Validates the options and derives the plan.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names property, value, range and cure of every
    /// one that is.</exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }).Explain());
    /// </code>
    /// </example>
    public static HeartbeatPlan Create(HeartbeatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        HeartbeatOptionsRules.Check(options).ThrowIfAny();
        HeartbeatPlan plan = new(options);
        if (Volatile.Read(ref s_newest) is { } newest && newest.SaysTheSameAs(plan))
        {
            return newest;
        }

        Volatile.Write(ref s_newest, plan);
        return plan;
    }

    /// <summary>Every property that does not follow from another.</summary>
    private bool SaysTheSameAs(HeartbeatPlan other) =>
        Rate == other.Rate
        && DetectWithin == other.DetectWithin
        && HandshakeTimeout == other.HandshakeTimeout
        && PlainPeers == other.PlainPeers
        && PlainPeerAfter == other.PlainPeerAfter
        && CloseTimeout == other.CloseTimeout
        && CloseDeadline == other.CloseDeadline
        && StalledAfter == other.StalledAfter
        && MinTransmitInterval == other.MinTransmitInterval
        && MinReceiveInterval == other.MinReceiveInterval
        && ReceiveWindow == other.ReceiveWindow
        && MaxReceiveWindow == other.MaxReceiveWindow
        && RequireBound == other.RequireBound;

    /// <summary>Returns the derived numbers and the bound in plain words, for a log or a person.</summary>
    /// <example>
    /// <code>
    /// Console.WriteLine(HeartbeatPlan.Create(new HeartbeatOptions { DetectWithin = TimeSpan.FromSeconds(3) }).Explain());
    /// </code>
    /// </example>
    public string Explain()
    {
        StringBuilder text = new();
        if (!Rate.Judges)
        {
            text.AppendLine("DetectWithin is infinite: this end asks for no beats and never judges silence.");
        }
        else
        {
            text.AppendLine(Line($"DetectWithin {Seconds(DetectWithin)}: the peer beats at least every {Seconds(Timing.ReceiveInterval)}, "
                + $"busy or idle; {LossText.Count(MissedBeats, "beat")} in a row may be missed."));
            text.AppendLine(Line($"Beats are sent after 75-100 % of the interval, so "
                + $"{Seconds(HeartbeatRules.EarliestBeatAfter(Timing.ReceiveInterval))} to {Seconds(Timing.ReceiveInterval)} apart: "
                + $"jitter only shortens."));
            text.AppendLine(Line($"Suspect after {Seconds(SuspectAfter)} of silence, with probes every "
                + $"{Seconds(HeartbeatRules.ProbeSpacing(DetectWithin))} or one round trip, whichever is longer."));
            text.AppendLine(Line($"Lost after {Seconds(Deadline)} of silence; your code knows within the bound of {Seconds(Bound)}."));
            text.AppendLine("Added to that: time in which this process could not run or read, and one interval and a round trip after a "
                + "long pause of ours.");
        }

        text.AppendLine(Line($"A peer that asks for slower beats makes the bound longer: "
            + $"{(RequireBound ? "refused (RequireBound)" : "logged once and shown in losses and snapshots")}."));
        text.AppendLine(Line($"Handshake within {Seconds(HandshakeTimeout)}. Close: {Seconds(CloseTimeout)} without progress, "
            + $"{Seconds(CloseDeadline)} in all."));
        if (PlainPeers == PlainPeers.Serve)
        {
            text.AppendLine(Line($"A peer that doesn't speak Liveness is served, watched by its kernel alone (over TCP; else by nothing): "
                + $"known by its first byte, or by {Seconds(PlainPeerAfter)} of silence. The handshake counts from then."));
        }

        text.Append(Line($"Unread data: at most {ReceiveWindow} bytes, growing to {MaxReceiveWindow} while your code reads in time; "
            + $"reported as stalled after {Seconds(StalledAfter)} without progress, never a loss."));
        return text.ToString();
    }

    /// <summary>Returns the same text as <see cref="Explain"/>.</summary>
    public override string ToString() => Explain();

    private static string Line(ref InvariantText text) => text.Take();

    private static string Seconds(TimeSpan span) =>
        span == Timeout.InfiniteTimeSpan ? "unlimited" : span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
