using static Liveness.SettingSyntax;

namespace Liveness;

/// <summary>
/// Every setting that a configuration may have. What comes from code only (clocks, loggers, callbacks, certificates) is not among them.
/// </summary>
internal static class SettingTable
{
    public static IReadOnlyList<Setting> All { get; } =
    [
        Duration("DetectWithin", o => o.DetectWithin, (o, v) => o.DetectWithin = v, infinite: true),
        Choice("Mode", o => o.Mode, (o, v) => o.Mode = v),
        Choice("OnLoss", o => o.OnLoss, (o, v) => o.OnLoss = v),

        Flag("KeepAlive:Enabled", o => o.KeepAlive.Enabled, (o, v) => o.KeepAlive.Enabled = v),
        OptionalDuration("KeepAlive:DetectWithin", o => o.KeepAlive.DetectWithin, (o, v) => o.KeepAlive.DetectWithin = v, infinite: true),
        OptionalDuration("KeepAlive:Idle", o => o.KeepAlive.Idle, (o, v) => o.KeepAlive.Idle = v),
        OptionalDuration("KeepAlive:Interval", o => o.KeepAlive.Interval, (o, v) => o.KeepAlive.Interval = v),
        OptionalNumber("KeepAlive:ProbeCount", o => o.KeepAlive.ProbeCount, (o, v) => o.KeepAlive.ProbeCount = v),
        OptionalDuration("KeepAlive:UserTimeout", o => o.KeepAlive.UserTimeout, (o, v) => o.KeepAlive.UserTimeout = v, infinite: true),
        OptionalDuration("KeepAlive:IdleLimit", o => o.KeepAlive.IdleLimit, (o, v) => o.KeepAlive.IdleLimit = v),
        Choice("KeepAlive:Policy", o => o.KeepAlive.Policy, (o, v) => o.KeepAlive.Policy = v),

        OptionalDuration("Heartbeat:DetectWithin", o => o.Heartbeat.DetectWithin, (o, v) => o.Heartbeat.DetectWithin = v, infinite: true),
        Duration("Heartbeat:HandshakeTimeout", o => o.Heartbeat.HandshakeTimeout, (o, v) => o.Heartbeat.HandshakeTimeout = v),
        OptionalDuration("Heartbeat:CloseTimeout", o => o.Heartbeat.CloseTimeout, (o, v) => o.Heartbeat.CloseTimeout = v),
        Duration("Heartbeat:CloseDeadline", o => o.Heartbeat.CloseDeadline, (o, v) => o.Heartbeat.CloseDeadline = v, infinite: true),
        OptionalDuration("Heartbeat:StalledAfter", o => o.Heartbeat.StalledAfter, (o, v) => o.Heartbeat.StalledAfter = v, infinite: true),
        Duration("Heartbeat:MinTransmitInterval", o => o.Heartbeat.MinTransmitInterval, (o, v) => o.Heartbeat.MinTransmitInterval = v),
        OptionalDuration("Heartbeat:MinReceiveInterval", o => o.Heartbeat.MinReceiveInterval, (o, v) => o.Heartbeat.MinReceiveInterval = v),
        Number("Heartbeat:ReceiveWindow", o => o.Heartbeat.ReceiveWindow, (o, v) => o.Heartbeat.ReceiveWindow = v),
        OptionalNumber("Heartbeat:MaxReceiveWindow", o => o.Heartbeat.MaxReceiveWindow, (o, v) => o.Heartbeat.MaxReceiveWindow = v),
        Flag("Heartbeat:RequireBound", o => o.Heartbeat.RequireBound, (o, v) => o.Heartbeat.RequireBound = v),
        Text("Heartbeat:Name", o => o.Heartbeat.Name, (o, v) => o.Heartbeat.Name = v),

        Text("SideChannel:Listen", o => o.SideChannel.Listen, (o, v) => o.SideChannel.Listen = v),
        Text("SideChannel:Connect", o => o.SideChannel.Connect, (o, v) => o.SideChannel.Connect = v),
        OptionalDuration(
            "SideChannel:Client:DetectWithin", o => Client(o).DetectWithin, (o, v) => Client(o).DetectWithin = v, infinite: true),
        Secret("SideChannel:Client:SharedSecret", o => Client(o).SharedSecret, (o, v) => Client(o).SharedSecret = v),
        Text("SideChannel:Client:Tls:TargetHost", o => Client(o).Tls?.TargetHost, (o, v) => (Client(o).Tls ??= new()).TargetHost = v),
        Flag("SideChannel:Client:Witness", o => Client(o).Witness, (o, v) => Client(o).Witness = v),
        Duration("SideChannel:Client:HandshakeTimeout", o => Client(o).HandshakeTimeout, (o, v) => Client(o).HandshakeTimeout = v),
        Duration("SideChannel:Client:ReconnectDelay", o => Client(o).ReconnectDelay, (o, v) => Client(o).ReconnectDelay = v),
        Duration("SideChannel:Client:MaxReconnectDelay", o => Client(o).MaxReconnectDelay, (o, v) => Client(o).MaxReconnectDelay = v),
        Duration("SideChannel:Client:Linger", o => Client(o).Linger, (o, v) => Client(o).Linger = v),
        Text("SideChannel:Client:Name", o => Client(o).Name, (o, v) => Client(o).Name = v),

        OptionalDuration(
            "SideChannel:Listener:DetectWithin", o => Listener(o).DetectWithin, (o, v) => Listener(o).DetectWithin = v, infinite: true),
        Secret("SideChannel:Listener:SharedSecret", o => Listener(o).SharedSecret, (o, v) => Listener(o).SharedSecret = v),
        Flag(
            "SideChannel:Listener:AllowUnauthenticated",
            o => Listener(o).AllowUnauthenticated, (o, v) => Listener(o).AllowUnauthenticated = v),
        Flag("SideChannel:Listener:Witness", o => Listener(o).Witness, (o, v) => Listener(o).Witness = v),
        Duration("SideChannel:Listener:HandshakeTimeout", o => Listener(o).HandshakeTimeout, (o, v) => Listener(o).HandshakeTimeout = v),
        Number(
            "SideChannel:Listener:MaxUnauthenticated", o => Listener(o).MaxUnauthenticated, (o, v) => Listener(o).MaxUnauthenticated = v),
        Number(
            "SideChannel:Listener:MaxUnauthenticatedPerAddress",
            o => Listener(o).MaxUnauthenticatedPerAddress, (o, v) => Listener(o).MaxUnauthenticatedPerAddress = v),
        Number(
            "SideChannel:Listener:MaxSideConnections", o => Listener(o).MaxSideConnections, (o, v) => Listener(o).MaxSideConnections = v),
        Number("SideChannel:Listener:MaxWatchesPerPeer", o => Listener(o).MaxWatchesPerPeer, (o, v) => Listener(o).MaxWatchesPerPeer = v),
        Text("SideChannel:Listener:Name", o => Listener(o).Name, (o, v) => Listener(o).Name = v),
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

    /// <summary>What matters most, and whatever is not at its default.</summary>
    public static string Describe(LivenessOptions options)
    {
        LivenessOptions defaults = new();
        IEnumerable<Setting> told = All.Where((setting, index) => index < 3 || !setting.IsSame(options, defaults));
        return string.Join(", ", told.Select(setting => $"{setting.Path} {setting.Text(options)}"));
    }

    private static SideChannelOptions Client(LivenessOptions options) => options.SideChannel.Client;

    private static SideChannelListenerOptions Listener(LivenessOptions options) => options.SideChannel.Listener;
}
