using Liveness.KeepAlive;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness;

/// <summary>
/// The settings of one kind of connection. <see cref="DetectWithin"/> is the one that matters; the parts derive their times from it.
/// </summary>
/// <remarks>The class is mutable, so that configuration can bind it. It is validated as a whole when the host starts and when a connection
/// is attached. Every failure names the property by its full path, the value, the range and a cure. A change of the configuration reaches
/// live connections (see <see cref="ILivenessFactory"/>). An invalid change is logged and ignored, and settings that are absent from a
/// change keep their values (see <see cref="LivenessConfigurationExtensions.BindConfiguration"/>).</remarks>
/// <example>
/// <code>
/// builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
/// </code>
/// </example>
public sealed class LivenessOptions
{
    /// <summary>The time after the last sign of life within which the loss of the peer, its host or the path is reported.</summary>
    /// <value>At least 100 ms and less than one day; the default is 10 s. <see cref="LivenessMode.KernelOnly"/> needs 5 s to 65,531 s,
    /// because the kernel counts whole seconds. <see cref="Timeout.InfiniteTimeSpan"/> means that silence is never judged; only in-band
    /// allows it.</value>
    /// <remarks>
    /// In configuration files write "00:00:30" for 30 seconds, because "30" would mean 30 days, and "Infinite" for no limit. The side
    /// channel needs twice this time to detect a stopped process.
    /// </remarks>
    public TimeSpan DetectWithin { get; set; } = HeartbeatDefaults.DetectWithin;

    /// <summary>How losses are detected.</summary>
    /// <value>The default is <see cref="LivenessMode.InBand"/>.</value>
    public LivenessMode Mode { get; set; } = LivenessMode.InBand;

    /// <summary>What an accepting end does with a peer that doesn't speak Liveness, for <see cref="LivenessMode.InBand"/>. With
    /// <see cref="PlainPeers.Serve"/> it serves such a peer on the same port, as if the mode were
    /// <see cref="LivenessMode.KernelOnly"/>. So clients can be upgraded one by one.</summary>
    /// <value>The default is <see cref="PlainPeers.Refuse"/>.</value>
    /// <remarks><see cref="HeartbeatOptions.PlainPeerAfter"/> says how long a silent peer is waited for. The end that connects needs a name
    /// with Refuse, because it must speak first. Over TLS it may have Serve: it then goes by ALPN
    /// (<see cref="LivenessProtocol.Alpn"/>), and is watched by its kernel alone if the server doesn't choose that.</remarks>
    public PlainPeers PlainPeers { get; set; } = PlainPeers.Refuse;

    /// <summary>The action that follows the loss of a connection.</summary>
    /// <value>The default is <see cref="LossAction.Abort"/>.</value>
    public LossAction OnLoss { get; set; } = LossAction.Abort;

    /// <summary>The kernel's keepalive for the attached sockets. In-band it is the backstop behind the heartbeat; in the mode KernelOnly it
    /// detects a dead peer; a side channel sets its own.</summary>
    /// <value>Never null. The default policy is <see cref="TcpKeepAlivePolicy.BestEffort"/>. If none of its times is set, they are derived
    /// from <see cref="DetectWithin"/>: in-band from twice that time (at least 5 s), so that the heartbeat, which knows more, reports
    /// first; in the mode KernelOnly from the same time. Enabled = false switches keepalive off. If DetectWithin is infinite, or longer
    /// than keepalive can wait, the sockets are left as they are.</value>
    public TcpKeepAliveOptions KeepAlive { get; set; } = new() { Policy = TcpKeepAlivePolicy.BestEffort };

    /// <summary>The options of the heartbeat, for <see cref="LivenessMode.InBand"/>.</summary>
    /// <value>Never null. Its DetectWithin is <see cref="DetectWithin"/> unless it is set, and may only be shorter.</value>
    public HeartbeatOptions Heartbeat { get; set; } = new();

    /// <summary>The options of the side channel, for <see cref="LivenessMode.SideChannel"/>.</summary>
    /// <value>Never null. In that mode, Listen or Connect must be set.</value>
    public LivenessSideChannelOptions SideChannel { get; set; } = new();

    /// <summary>What was read from a configuration, where these came from one.</summary>
    internal List<SectionReading>? Readings { get; set; }

    /// <summary>Of valid ones.</summary>
    internal LivenessOptions Copy() => new()
    {
        DetectWithin = DetectWithin,
        Mode = Mode,
        PlainPeers = PlainPeers,
        OnLoss = OnLoss,
        KeepAlive = KeepAlive.Copy(),
        Heartbeat = Heartbeat.Copy(),
        SideChannel = SideChannel.Copy(),
    };
}
