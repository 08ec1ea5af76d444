using Liveness.KeepAlive;
using Liveness.SideChannel;
using static Liveness.SettingForms;

namespace Liveness;

/// <summary>
/// Every setting that a configuration may have. What comes from code only (clocks, loggers, callbacks, certificates) is not among them.
/// </summary>
internal static class SettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Of("DetectWithin", Detection, o => o.DetectWithin, (o, v) => o.DetectWithin = v),
        Of("Mode", new ChoiceForm<LivenessMode>(), o => o.Mode, (o, v) => o.Mode = v),
        Of("PlainPeers", new ChoiceForm<PlainPeers>(), o => o.PlainPeers, (o, v) => o.PlainPeers = v),
        Of("OnLoss", new ChoiceForm<LossAction>(), o => o.OnLoss, (o, v) => o.OnLoss = v),

        Of("KeepAlive:Enabled", Flag, o => o.KeepAlive.Enabled, (o, v) => o.KeepAlive.Enabled = v),
        Optional("KeepAlive:DetectWithin", KernelDetection, o => o.KeepAlive.DetectWithin, (o, v) => o.KeepAlive.DetectWithin = v),
        Optional("KeepAlive:Idle", Positive, o => o.KeepAlive.Idle, (o, v) => o.KeepAlive.Idle = v),
        Optional("KeepAlive:Interval", Positive, o => o.KeepAlive.Interval, (o, v) => o.KeepAlive.Interval = v),
        Optional("KeepAlive:ProbeCount", Probes, o => o.KeepAlive.ProbeCount, (o, v) => o.KeepAlive.ProbeCount = v),
        Optional("KeepAlive:UserTimeout", PositiveOrInfinite, o => o.KeepAlive.UserTimeout, (o, v) => o.KeepAlive.UserTimeout = v),
        Optional("KeepAlive:IdleLimit", Positive, o => o.KeepAlive.IdleLimit, (o, v) => o.KeepAlive.IdleLimit = v),
        Of("KeepAlive:Policy", new ChoiceForm<TcpKeepAlivePolicy>(), o => o.KeepAlive.Policy, (o, v) => o.KeepAlive.Policy = v),

        Optional("Heartbeat:DetectWithin", Detection, o => o.Heartbeat.DetectWithin, (o, v) => o.Heartbeat.DetectWithin = v),
        Of("Heartbeat:HandshakeTimeout", HandshakeTime, o => o.Heartbeat.HandshakeTimeout, (o, v) => o.Heartbeat.HandshakeTimeout = v),
        Optional("Heartbeat:PlainPeers", new ChoiceForm<PlainPeers>(), o => o.Heartbeat.PlainPeers, (o, v) => o.Heartbeat.PlainPeers = v),
        Of("Heartbeat:PlainPeerAfter", PlainPeerTime, o => o.Heartbeat.PlainPeerAfter, (o, v) => o.Heartbeat.PlainPeerAfter = v),
        Optional("Heartbeat:CloseTimeout", Close, o => o.Heartbeat.CloseTimeout, (o, v) => o.Heartbeat.CloseTimeout = v),
        Of("Heartbeat:CloseDeadline", CloseOrInfinite, o => o.Heartbeat.CloseDeadline, (o, v) => o.Heartbeat.CloseDeadline = v),
        Optional("Heartbeat:StalledAfter", PositiveOrInfinite, o => o.Heartbeat.StalledAfter, (o, v) => o.Heartbeat.StalledAfter = v),
        Of("Heartbeat:MinTransmitInterval", Interval, o => o.Heartbeat.MinTransmitInterval, (o, v) => o.Heartbeat.MinTransmitInterval = v),
        Optional(
            "Heartbeat:MinReceiveInterval", Interval,
            o => o.Heartbeat.MinReceiveInterval, (o, v) => o.Heartbeat.MinReceiveInterval = v),
        Of("Heartbeat:ReceiveWindow", Window, o => o.Heartbeat.ReceiveWindow, (o, v) => o.Heartbeat.ReceiveWindow = v),
        Optional("Heartbeat:MaxReceiveWindow", Window, o => o.Heartbeat.MaxReceiveWindow, (o, v) => o.Heartbeat.MaxReceiveWindow = v),
        Of("Heartbeat:RequireBound", Flag, o => o.Heartbeat.RequireBound, (o, v) => o.Heartbeat.RequireBound = v),
        Of("Heartbeat:Name", Name, o => o.Heartbeat.Name, (o, v) => o.Heartbeat.Name = v),

        Of("SideChannel:Listen", Listen, o => o.SideChannel.Listen, (o, v) => o.SideChannel.Listen = v),
        Of("SideChannel:Connect", Connect, o => o.SideChannel.Connect, (o, v) => o.SideChannel.Connect = v),
        Optional("SideChannel:Client:DetectWithin", SideDetection, o => Client(o).DetectWithin, (o, v) => Client(o).DetectWithin = v),
        Of("SideChannel:Client:SharedSecret", Secret, o => Client(o).SharedSecret, (o, v) => Client(o).SharedSecret = v),
        Of("SideChannel:Client:Tls:TargetHost", Host, o => Client(o).Tls?.TargetHost, (o, v) => (Client(o).Tls ??= new()).TargetHost = v),
        Of("SideChannel:Client:Witness", Flag, o => Client(o).Witness, (o, v) => Client(o).Witness = v),
        Of("SideChannel:Client:HandshakeTimeout", HandshakeTime, o => Client(o).HandshakeTimeout, (o, v) => Client(o).HandshakeTimeout = v),
        Of("SideChannel:Client:ReconnectDelay", Reconnect, o => Client(o).ReconnectDelay, (o, v) => Client(o).ReconnectDelay = v),
        Of("SideChannel:Client:MaxReconnectDelay", Reconnect, o => Client(o).MaxReconnectDelay, (o, v) => Client(o).MaxReconnectDelay = v),
        Of("SideChannel:Client:Linger", Linger, o => Client(o).Linger, (o, v) => Client(o).Linger = v),
        Of("SideChannel:Client:Name", Name, o => Client(o).Name, (o, v) => Client(o).Name = v),

        Optional("SideChannel:Listener:DetectWithin", SideDetection, o => Listener(o).DetectWithin, (o, v) => Listener(o).DetectWithin = v),
        Of("SideChannel:Listener:SharedSecret", Secret, o => Listener(o).SharedSecret, (o, v) => Listener(o).SharedSecret = v),
        Of(
            "SideChannel:Listener:AllowUnauthenticated", Flag,
            o => Listener(o).AllowUnauthenticated, (o, v) => Listener(o).AllowUnauthenticated = v),
        Of("SideChannel:Listener:Witness", Flag, o => Listener(o).Witness, (o, v) => Listener(o).Witness = v),
        Of(
            "SideChannel:Listener:HandshakeTimeout", HandshakeTime,
            o => Listener(o).HandshakeTimeout, (o, v) => Listener(o).HandshakeTimeout = v),
        Of(
            "SideChannel:Listener:MaxUnauthenticated", Connections,
            o => Listener(o).MaxUnauthenticated, (o, v) => Listener(o).MaxUnauthenticated = v),
        Of(
            "SideChannel:Listener:MaxUnauthenticatedPerAddress", Connections,
            o => Listener(o).MaxUnauthenticatedPerAddress, (o, v) => Listener(o).MaxUnauthenticatedPerAddress = v),
        Of(
            "SideChannel:Listener:MaxSideConnections", Connections,
            o => Listener(o).MaxSideConnections, (o, v) => Listener(o).MaxSideConnections = v),
        Of(
            "SideChannel:Listener:MaxWatchesPerPeer", Watches,
            o => Listener(o).MaxWatchesPerPeer, (o, v) => Listener(o).MaxWatchesPerPeer = v),
        Of("SideChannel:Listener:Name", Name, o => Listener(o).Name, (o, v) => Listener(o).Name = v),
    ];

    private static readonly Dictionary<string, Setting> s_byPath = All.ToDictionary(setting => setting.Path, SectionText.Comparer);

    /// <summary>Null = there is none.</summary>
    public static Setting? Find(string path) => s_byPath.GetValueOrDefault(path);

    /// <summary>Settings lie beneath it.</summary>
    public static bool IsSection(string path) => path.Length == 0 || All.Any(setting => SectionText.IsBeneath(setting.Path, path));

    /// <summary>The keys, of settings and sections, in a section.</summary>
    public static IEnumerable<string> KeysIn(string path) => All
        .Where(setting => path.Length == 0 || SectionText.IsBeneath(setting.Path, path))
        .Select(setting => (path.Length == 0 ? setting.Path : setting.Path[(path.Length + 1)..]).Split(':')[0])
        .Distinct();

    /// <summary>Nothing that a configuration can set is different.</summary>
    public static bool IsSame(LivenessOptions left, LivenessOptions right) => All.All(setting => setting.IsSame(left, right));

    private static Setting<T> Of<T>(string path, SettingForm<T> form, Func<LivenessOptions, T> get, Action<LivenessOptions, T> set) =>
        new(path, form, get, set);

    private static Setting<T?> Optional<T>(
        string path, SettingForm<T> form, Func<LivenessOptions, T?> get, Action<LivenessOptions, T?> set)
        where T : struct => new(path, new OptionalForm<T>(form), get, set);

    private static SideChannelClientOptions Client(LivenessOptions options) => options.SideChannel.Client;

    private static SideChannelListenerOptions Listener(LivenessOptions options) => options.SideChannel.Listener;
}
