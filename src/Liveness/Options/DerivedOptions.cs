using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness;

/// <summary>The parts of <see cref="LivenessOptions"/>, with what they leave open taken from the one number.</summary>
internal static class DerivedOptions
{
    /// <summary>Behind a heartbeat the kernel is to speak later: it knows less.</summary>
    private const int BackstopFactor = 2;

    /// <summary>None of its times is set, so that they follow from the one number.</summary>
    public static bool IsLeftToUs(TcpKeepAliveOptions keepAlive) =>
        keepAlive is { Enabled: true, DetectWithin: null, Idle: null, Interval: null, ProbeCount: null, UserTimeout: null };

    public static HeartbeatOptions Of(HeartbeatOptions heartbeat, LivenessOptions options)
    {
        HeartbeatOptions derived = heartbeat.Copy();
        derived.DetectWithin ??= options.DetectWithin;
        derived.PlainPeers ??= options.PlainPeers;
        return derived;
    }

    public static SideChannelClientOptions Of(SideChannelClientOptions client, LivenessOptions options)
    {
        SideChannelClientOptions derived = client.Copy();
        derived.DetectWithin ??= options.DetectWithin;
        return derived;
    }

    public static SideChannelListenerOptions Of(SideChannelListenerOptions listener, LivenessOptions options)
    {
        SideChannelListenerOptions derived = listener.Copy();
        derived.DetectWithin ??= options.DetectWithin;
        return derived;
    }

    /// <summary>With nothing set where nothing is asked of it, or where the kernel can't wait that long.</summary>
    public static TcpKeepAliveOptions KeepAlive(LivenessOptions options, KeepAlivePlatform platform)
    {
        TcpKeepAliveOptions keepAlive = options.KeepAlive.Copy();
        TimeSpan most = TcpKeepAliveDefaults.MaxDetectWithin;
        if (IsLeftToUs(keepAlive) && options.DetectWithin != Timeout.InfiniteTimeSpan && options.DetectWithin <= most)
        {
            // What nothing else keeps is asked for as it is, so that the plan can say what becomes of it.
            keepAlive.DetectWithin = options.Mode == LivenessMode.KernelOnly
                ? options.DetectWithin
                : Durations.Shorter(Durations.Longer(options.DetectWithin * BackstopFactor, platform.LeastDetection), most);
        }

        return keepAlive;
    }
}
