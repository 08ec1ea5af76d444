using System.Globalization;
using System.Net;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Liveness;

/// <summary>
/// What is wrong with a set of options as a whole: every failure, each naming the property by its full path, its value, the range and a
/// cure.
/// </summary>
internal static class LivenessOptionsRules
{
    public static OptionsFailures Check(LivenessOptions options, KeepAlivePlatform platform)
    {
        OptionsFailures failures = new();
        CheckEnums(options, failures);
        if (options.KeepAlive is null || options.Heartbeat is null || options.SideChannel is not { Client: not null, Listener: not null })
        {
            failures.AddText(
                nameof(LivenessOptions), null,
                "KeepAlive, Heartbeat, SideChannel, SideChannel.Client and SideChannel.Listener must not be null. Leave them at their "
                + "defaults.");
            return failures;
        }

        if (!HeartbeatOptionsRules.CheckDetectWithin(options.DetectWithin, failures))
        {
            // What follows from it would only repeat the failure.
            return failures;
        }

        switch (options.Mode)
        {
            case LivenessMode.InBand:
                CheckInBand(options, failures, platform);
                break;
            case LivenessMode.KernelOnly:
                CheckKernelOnly(options, failures, platform);
                break;
            case LivenessMode.SideChannel:
                CheckSideChannel(options, failures);
                break;
        }

        return failures;
    }

    /// <summary>Of "127.0.0.1:7001" or "[::1]:7001". A bare address has no port.</summary>
    public static IPEndPoint? ParseListen(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? endPoint) && IsPortOf(text, endPoint.Port) ? endPoint : null;

    /// <summary>Of "7001" (a null host), "backend:7001" or "[::1]:7001".</summary>
    public static (string? Host, int Port)? ParseConnect(string text)
    {
        int colon = text.LastIndexOf(':');
        string host = colon < 0 ? "" : text[..colon];
        bool hasPort = int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= IPEndPoint.MaxPort;
        bool isBare = host.Contains(':', StringComparison.Ordinal) && !(host.StartsWith('[') && host.EndsWith(']'));
        return !hasPort || isBare || (colon >= 0 && host.Length == 0) ? null : (colon < 0 ? null : host.Trim('[', ']'), port);
    }

    private static void CheckEnums(LivenessOptions options, OptionsFailures failures)
    {
        if (!Enum.IsDefined(options.Mode))
        {
            failures.Add(nameof(options.Mode), null, $"Mode is {options.Mode}, but must be InBand, SideChannel or KernelOnly.");
        }

        HeartbeatOptionsRules.CheckPlainPeers(options.PlainPeers, failures);
        if (!Enum.IsDefined(options.OnLoss))
        {
            failures.Add(nameof(options.OnLoss), null, $"OnLoss is {options.OnLoss}, but must be Abort or ReportOnly.");
        }
    }

    private static void CheckInBand(LivenessOptions options, OptionsFailures failures, KeepAlivePlatform platform)
    {
        bool isSlower = CheckPart(failures, options, options.Heartbeat.DetectWithin, nameof(options.Heartbeat));
        HeartbeatOptions heartbeat = DerivedOptions.Of(options.Heartbeat, options);
        failures.AddPart(nameof(options.Heartbeat), HeartbeatOptionsRules.Check(heartbeat).Where(failure => failure.Property switch
        {
            // What is not the part's own was told already.
            nameof(heartbeat.DetectWithin) => options.Heartbeat.DetectWithin is not null,
            nameof(heartbeat.PlainPeers) => options.Heartbeat.PlainPeers is not null,
            _ => true,
        }));
        if (heartbeat.DetectWithin is { } heard && CheckKeepAlive(options, failures, platform) is { } kernel
            && heard != Timeout.InfiniteTimeSpan
            && !isSlower
            && Sooner(kernel) is { } first && first < heard)
        {
            failures.Add(
                nameof(options.KeepAlive), null,
                $"KeepAlive gives a silent connection up after {first:c}, but the heartbeat's DetectWithin is {heard:c}: the kernel, "
                + $"which knows less, would speak first. Leave KeepAlive's times null for twice DetectWithin, or make them longer.");
        }
    }

    private static void CheckKernelOnly(LivenessOptions options, OptionsFailures failures, KeepAlivePlatform platform)
    {
        TimeSpan least = TcpKeepAliveDefaults.MinDetectWithin(options.KeepAlive.Policy, platform);
        TimeSpan most = TcpKeepAliveDefaults.MaxDetectWithin;
        if (!options.KeepAlive.Enabled || options.KeepAlive.DetectWithin == Timeout.InfiniteTimeSpan)
        {
            failures.AddText(
                "KeepAlive.Enabled", null,
                "KeepAlive is switched off, but Mode is KernelOnly, which finds a dead idle peer by nothing else. Leave it on, or choose "
                + "another Mode.");
        }
        else if (DerivedOptions.IsLeftToUs(options.KeepAlive) && (options.DetectWithin < least || options.DetectWithin > most))
        {
            failures.Add(
                nameof(options.DetectWithin), null,
                $"DetectWithin is {options.DetectWithin:c}, but Mode KernelOnly can keep {least:c} to {most:c} only, because the kernel "
                + $"counts whole seconds. Use such a value, or Mode InBand.");
        }
        else
        {
            CheckKernelWithin(options, failures, platform);
        }
    }

    private static void CheckKernelWithin(LivenessOptions options, OptionsFailures failures, KeepAlivePlatform platform)
    {
        if (CheckKeepAlive(options, failures, platform) is not { } kernel || options.DetectWithin == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        // What the platform can't keep is told by the plan, and is no mistake of these settings.
        TimeSpan allowed = DerivedOptions.IsLeftToUs(options.KeepAlive)
            ? Durations.Longer(options.DetectWithin, platform.LeastDetection)
            : options.DetectWithin;
        if (kernel.Idle > allowed)
        {
            failures.Add(
                nameof(options.KeepAlive), null,
                $"KeepAlive finds a dead idle peer within {kernel.Idle:c}, but DetectWithin is {options.DetectWithin:c}. Leave "
                + $"KeepAlive's times null to derive them, or raise DetectWithin.");
        }

        // Whoever switches it off has said so: for applications that rest in the middle of a transfer.
        bool isMeant = options.KeepAlive.UserTimeout == Timeout.InfiniteTimeSpan;
        if (!isMeant && kernel.DataInFlight > allowed)
        {
            failures.Add(
                "KeepAlive.UserTimeout", null,
                $"KeepAlive finds a dead peer within {kernel.DataInFlight:c} while data is in flight, but DetectWithin is "
                + $"{options.DetectWithin:c}. Set KeepAlive.UserTimeout to Idle + ProbeCount x Interval, or to Infinite where that is "
                + $"meant.");
        }
    }

    private static void CheckSideChannel(LivenessOptions options, OptionsFailures failures)
    {
        LivenessSideChannelOptions side = options.SideChannel;
        if (side.Listen is null == side.Connect is null)
        {
            failures.Add(
                "SideChannel.Listen", null,
                $"SideChannel.Listen is {Quoted(side.Listen)} and SideChannel.Connect is {Quoted(side.Connect)}, but in Mode SideChannel "
                + $"exactly one must be set: Listen (\"127.0.0.1:7001\") where data connections are accepted, Connect (\"7001\" or "
                + $"\"host:7001\") where they are opened.");
        }

        if (!DerivedOptions.IsLeftToUs(options.KeepAlive))
        {
            failures.AddText(
                "KeepAlive", null,
                "KeepAlive is set, but Mode is SideChannel, which sets keepalive itself, as a witness that never ends a connection. Leave "
                + "KeepAlive alone, or choose another Mode.");
        }

        if (side.Listen is { } listen)
        {
            CheckPart(failures, options, side.Listener.DetectWithin, "SideChannel.Listener");
            SideChannelListenerOptions listener = DerivedOptions.Of(side.Listener, options);
            failures.AddPart("SideChannel.Listener", SideChannelOptionsRules.Check(listener));
            CheckListen(listen, listener, failures);
        }

        if (side.Connect is { } connect)
        {
            CheckPart(failures, options, side.Client.DetectWithin, "SideChannel.Client");
            failures.AddPart("SideChannel.Client", SideChannelOptionsRules.Check(DerivedOptions.Of(side.Client, options)));
            if (ParseConnect(connect) is null)
            {
                failures.Add(
                    "SideChannel.Connect", null,
                    $"SideChannel.Connect is {Quoted(connect)}, but must be a port (\"7001\"), which is then looked for where the data "
                    + $"connection leads, or a host and a port (\"backend:7001\", \"[::1]:7001\").");
            }
        }
    }

    private static void CheckListen(string listen, SideChannelListenerOptions listener, OptionsFailures failures)
    {
        if (ParseListen(listen) is not { } endPoint)
        {
            failures.Add(
                "SideChannel.Listen", null,
                $"SideChannel.Listen is {Quoted(listen)}, but must be an address and a port, such as \"127.0.0.1:7001\" or "
                + $"\"[::1]:7001\".");
        }
        else if (SideChannelOptionsRules.WhyOpenToAll(endPoint, listener) is { } reason)
        {
            failures.Add("SideChannel.Listener.SharedSecret", null, $"SideChannel.Listen: {reason}");
        }
    }

    private static TimeSpan? Sooner(TcpKeepAliveDetection kernel)
    {
        TimeSpan? idle = kernel.Idle == Timeout.InfiniteTimeSpan ? null : kernel.Idle;
        TimeSpan? busy = kernel.DataInFlight == Timeout.InfiniteTimeSpan ? null : kernel.DataInFlight;
        return idle is null || busy < idle ? busy : idle;
    }

    /// <returns>How soon the kernel ends a silent connection then; null where it is not valid, or nothing is set.</returns>
    private static TcpKeepAliveDetection? CheckKeepAlive(LivenessOptions options, OptionsFailures failures, KeepAlivePlatform platform)
    {
        TcpKeepAliveOptions keepAlive = DerivedOptions.KeepAlive(options, platform);
        OptionsFailures found = TcpKeepAliveOptionsRules.Check(keepAlive, platform);
        failures.AddPart(nameof(options.KeepAlive), found);
        return found.Count == 0 && !DerivedOptions.IsLeftToUs(keepAlive)
            ? TcpKeepAlivePlan.Create(keepAlive, platform, KernelLimits.Read()).Detection
            : null;
    }

    /// <summary>A part may be quicker than the one number, never slower: then that would not hold.</summary>
    /// <returns>It is slower.</returns>
    private static bool CheckPart(OptionsFailures failures, LivenessOptions options, TimeSpan? part, string path)
    {
        bool isLonger = part is { } value && options.DetectWithin != Timeout.InfiniteTimeSpan
            && (value == Timeout.InfiniteTimeSpan || value > options.DetectWithin);
        if (isLonger)
        {
            failures.Add(
                $"{path}.DetectWithin", null,
                $"{path}.DetectWithin is {part:c}, but DetectWithin is {options.DetectWithin:c}: a part may be quicker, never slower. "
                + $"Leave it null to take DetectWithin, or raise that.");
        }

        return isLonger;
    }

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";

    private static bool IsPortOf(string text, int port) =>
        port > 0 && text.EndsWith($":{port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal);
}
