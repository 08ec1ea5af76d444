using Liveness.KeepAlive;

namespace Liveness.Kernel;

/// <summary>What the newest look showed at which a connection still lived: its end is judged by what has changed since.</summary>
internal readonly record struct LastLook
{
    public Instant At { get; init; }

    /// <summary>The last sign of life, an acknowledgement included, as far as the looks tell.</summary>
    public Instant HeardAt { get; init; }

    /// <summary>The last acknowledgement.</summary>
    public Instant AcknowledgedAt { get; init; }

    /// <summary>Since when data waits and nothing of it was taken.</summary>
    public Instant StuckSince { get; init; }

    /// <summary>The silence as the kernel counted it then; null where it does not tell.</summary>
    public TimeSpan? Silence { get; init; }

    public bool DataWaited { get; init; }

    public bool WindowWasClosed { get; init; }

    /// <summary>We have ended our side in good order.</summary>
    public bool OurFinWasSent { get; init; }

    /// <summary>Its low half; null where the kernel does not count what comes.</summary>
    public uint? Segments { get; init; }

    /// <summary>Of the bytes that had come; null where the kernel does not count them.</summary>
    public uint? Received { get; init; }

    /// <summary><see cref="KernelReading.SentBesidesProbes"/>.</summary>
    public byte? SentBesidesProbes { get; init; }

    /// <summary><see cref="KernelReading.AcknowledgedBeyondData"/> while nothing waited: one where the SYN counts.</summary>
    public long AcknowledgedSyn { get; init; }
}
