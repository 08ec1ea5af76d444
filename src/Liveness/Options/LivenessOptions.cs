using Liveness.KeepAlive;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness;

/// <summary>
/// Everything that one kind of connection is to be watched by. <see cref="DetectWithin"/> is the one number that matters; the parts take
/// theirs from it.
/// </summary>
/// <remarks>A mutable class, so that configuration can bind it:
/// <c>services.AddLiveness("devices").BindConfiguration("Liveness:Devices")</c>. It is validated as a whole, when the host starts and when
/// a connection is attached; every failure names its property by its full path, with the value, the range and a cure. A change of the
/// configuration reaches live connections (see <see cref="ILivenessFactory"/>); one that is not valid is logged and ignored, and what a
/// change leaves out stays as it was (see <see cref="LivenessConfigurationExtensions.BindConfiguration"/>).</remarks>
/// <example>
/// <code>
/// builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
/// </code>
/// </example>
public sealed class LivenessOptions
{
    /// <summary>How soon after the last sign of life the loss of the peer, its host or the path is reported.</summary>
    /// <value>At least 100 ms and less than one day; default 10 s. <see cref="LivenessMode.KernelOnly"/> needs 5 s to 65,531 s, because the
    /// kernel counts whole seconds.
    /// <see cref="Timeout.InfiniteTimeSpan"/> = silence is never judged; only in-band.</value>
    /// <remarks>
    /// In configuration files write "00:00:30" for 30 seconds, and "Infinite": "30" would mean 30 days. A stopped process takes the side
    /// channel twice as long.
    /// </remarks>
    public TimeSpan DetectWithin { get; set; } = HeartbeatDefaults.DetectWithin;

    /// <summary>How losses are found out.</summary>
    /// <value>Default <see cref="LivenessMode.InBand"/>.</value>
    public LivenessMode Mode { get; set; } = LivenessMode.InBand;

    /// <summary>What becomes of a connection that is lost.</summary>
    /// <value>Default <see cref="LossAction.Abort"/>.</value>
    public LossAction OnLoss { get; set; } = LossAction.Abort;

    /// <summary>The kernel's keepalive, applied to the sockets that are attached. In-band it is the backstop behind the heartbeat, kernel
    /// only it is what finds a dead peer; a side channel sets its own.</summary>
    /// <value>Never null. Default <see cref="TcpKeepAlivePolicy.BestEffort"/>; where none of its times is set, it is derived from
    /// <see cref="DetectWithin"/>: twice that (at least 5 s) in-band, so that the heartbeat, which knows more, speaks first, and the same
    /// kernel only. Enabled = false switches keepalive off.
    /// Where DetectWithin is infinite, or longer than keepalive can wait, sockets are left as they are.</value>
    public TcpKeepAliveOptions KeepAlive { get; set; } = new() { Policy = TcpKeepAlivePolicy.BestEffort };

    /// <summary>The heartbeat, for <see cref="LivenessMode.InBand"/>.</summary>
    /// <value>Never null; default all defaults. Its DetectWithin is <see cref="DetectWithin"/> unless set, and may only be shorter.</value>
    public HeartbeatOptions Heartbeat { get; set; } = new();

    /// <summary>The side channel, for <see cref="LivenessMode.SideChannel"/>.</summary>
    /// <value>Never null; in that mode Listen or Connect must be set.</value>
    public LivenessSideChannelOptions SideChannel { get; set; } = new();

    /// <summary>What was read from a configuration, where these came from one.</summary>
    internal List<SectionReading>? Readings { get; set; }

    /// <summary>Of valid ones.</summary>
    internal LivenessOptions Copy() => new()
    {
        DetectWithin = DetectWithin,
        Mode = Mode,
        OnLoss = OnLoss,
        KeepAlive = KeepAlive.Copy(),
        Heartbeat = Heartbeat.Copy(),
        SideChannel = SideChannel.Copy(),
    };
}
