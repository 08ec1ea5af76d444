using System.Diagnostics.Metrics;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>What a valid set of options comes to: immutable, so that a connection never sees half a change.</summary>
internal sealed class LivenessSettings
{
    /// <param name="options">Valid, and nobody changes them any more.</param>
    /// <param name="platform">Whose keepalive it is.</param>
    /// <param name="services">For parts that have none of their own.</param>
    /// <param name="version">As <see cref="Version"/>.</param>
    public LivenessSettings(LivenessOptions options, KeepAlivePlatform platform, ConnectionServices services, long version = 0)
    {
        Version = version;
        (string? name, TimeProvider timeProvider, ILogger logger, IMeterFactory? meterFactory) = services;
        Options = options;
        DetectWithin = options.DetectWithin;
        Mode = options.Mode;
        OnLoss = options.OnLoss;
        Heartbeat = DerivedOptions.Of(options.Heartbeat, options);
        Heartbeat.TimeProvider = Own(Heartbeat.TimeProvider, timeProvider);
        Heartbeat.Logger ??= logger;
        Heartbeat.Name ??= name;
        Heartbeat.MeterFactory ??= meterFactory;
        SideChannel = options.SideChannel.Copy();
        SideChannel.Client = DerivedOptions.Of(SideChannel.Client, options);
        SideChannel.Client.TimeProvider = Own(SideChannel.Client.TimeProvider, timeProvider);
        SideChannel.Client.Logger ??= logger;
        SideChannel.Client.Name ??= name;
        SideChannel.Client.MeterFactory ??= meterFactory;
        SideChannel.Listener = DerivedOptions.Of(SideChannel.Listener, options);
        SideChannel.Listener.TimeProvider = Own(SideChannel.Listener.TimeProvider, timeProvider);
        SideChannel.Listener.Logger ??= logger;
        SideChannel.Listener.Name ??= name;
        SideChannel.Listener.MeterFactory ??= meterFactory;
        Kernel = new SocketWatcherOptions
        {
            KeepAlive = null,
            TimeProvider = timeProvider,
            Logger = logger,
            Name = name,
            MeterFactory = meterFactory,
        };
        TcpKeepAliveOptions keepAlive = DerivedOptions.KeepAlive(options, platform);
        if (Mode != LivenessMode.SideChannel && !DerivedOptions.IsLeftToUs(keepAlive))
        {
            KeepAlive = TcpKeepAlivePlan.Create(keepAlive);
            keepAlive.UserTimeout = Timeout.InfiniteTimeSpan;
            KeepAliveProbes = TcpKeepAlivePlan.Create(keepAlive);
        }

        if (Mode == LivenessMode.InBand && Heartbeat.PlainPeers == PlainPeers.Serve)
        {
            LivenessOptions plain = options.Copy();
            plain.Mode = LivenessMode.KernelOnly;
            if (plain.DetectWithin != Timeout.InfiniteTimeSpan)
            {
                // A heartbeat may be quicker than a kernel can be.
                plain.DetectWithin = Durations.Longer(plain.DetectWithin, platform.LeastDetection);
            }

            Plain = new LivenessSettings(plain, platform, services, version);
        }
    }

    /// <summary>The larger, the newer: among those of one name.</summary>
    public long Version { get; }

    /// <summary>Those of plain peers; null = none is served.</summary>
    public LivenessSettings? Plain { get; }

    /// <summary>What all of it was made from.</summary>
    public LivenessOptions Options { get; }

    public TimeSpan DetectWithin { get; }

    public LivenessMode Mode { get; }

    public LossAction OnLoss { get; }

    /// <summary>Not to be changed, as the next ones.</summary>
    public HeartbeatOptions Heartbeat { get; }

    /// <summary>Null = sockets are left as they are.</summary>
    public TcpKeepAlivePlan? KeepAlive { get; }

    /// <summary>The same, less the user timeout.</summary>
    public TcpKeepAlivePlan? KeepAliveProbes { get; }

    public LivenessSideChannelOptions SideChannel { get; }

    /// <summary>Keepalive is applied apart from it.</summary>
    public SocketWatcherOptions Kernel { get; }

    /// <summary>What a connection goes by that is watched in such a mode.</summary>
    /// <returns>Null = these settings are none for it.</returns>
    public LivenessSettings? For(LivenessMode mode) => mode == Mode ? this : mode == LivenessMode.KernelOnly ? Plain : null;

    private static TimeProvider Own(TimeProvider own, TimeProvider otherwise) =>
        ReferenceEquals(own, TimeProvider.System) ? otherwise : own;
}
