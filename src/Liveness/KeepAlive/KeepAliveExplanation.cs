using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>A plan in plain words.</summary>
internal static class KeepAliveExplanation
{
    private static readonly TcpKeepAliveSetting[] s_settings = Enum.GetValues<TcpKeepAliveSetting>();

    public static string Of(TcpKeepAlivePlan plan) => string.Join(Environment.NewLine, Lines(plan));

    /// <summary>What is asked for, as an outcome names it; null = nothing.</summary>
    public static string? Requested(TcpKeepAlivePlan plan, TcpKeepAliveSetting setting) => setting switch
    {
        TcpKeepAliveSetting.Enabled => plan.Enabled ? "on" : "off",
        TcpKeepAliveSetting.Idle => plan.Idle is null ? null : KeepAliveText.Of(plan.Idle),
        TcpKeepAliveSetting.Interval => plan.Interval is null ? null : KeepAliveText.Of(plan.Interval),
        TcpKeepAliveSetting.ProbeCount => plan.ProbeCount?.ToString(CultureInfo.InvariantCulture),
        _ => plan.UserTimeout is null ? null : KeepAliveText.Of(plan.UserTimeout, "off"),
    };

    private static IEnumerable<string> Lines(TcpKeepAlivePlan plan)
    {
        if (plan.Enabled)
        {
            string derived = plan.DetectWithin is { } target ? $", DetectWithin {KeepAliveText.Of(target)}" : "";
            yield return Line($"TCP keepalive on {plan.Platform}{derived}: the first probe after {Idle(plan)}, then {Interval(plan)}; the "
                + $"connection ends when {Count(plan)} unanswered.");
        }
        else
        {
            yield return Line($"TCP keepalive on {plan.Platform} is switched off: a connection that nobody uses stays open for ever, "
                + $"whatever happens to the peer.");
        }

        if (plan is { Enabled: true, DetectWithin: { } wanted, Detection.Idle: { } kept } && kept > wanted)
        {
            yield return Line($"{KeepAliveText.Of(wanted)} can't be kept: {plan.Platform} always sends {plan.NewSocketProbeCount} "
                + $"probes, a second apart or more. What is kept is {KeepAliveText.Of(kept)}.");
        }

        yield return UserTimeout(plan);
        TcpKeepAliveDetection detection = plan.Detection;
        yield return Line($"A dead peer or path is found: while idle {Within(detection.Idle)}; where the application begins to write late "
            + $"in the silence {Within(detection.IdleThenWriting)}; with data in flight {Within(detection.DataInFlight)}.");
        yield return Line($"A peer that answers but does not read, while data waits for it, "
            + $"{ClosedWindow(detection)}. "
            + $"Connecting to an address that does not answer fails {Within(detection.Connecting)}, whatever is set here.");
        if (plan.Row.Kernel == KeepAliveKernel.Linux)
        {
            string slower = plan.Detection.DataInFlight == plan.UserTimeout
                ? ""
                : " Without a user timeout, data in flight takes longer on slow paths: 13 to 30 minutes.";
            yield return "Kernel timers add a little (measured: 5.12 s for 5 s)." + slower;
        }

        if (plan.Enabled && plan.SettableProbeCount == 1)
        {
            yield return "With one probe, a single lost packet ends a live connection.";
        }

        if (plan.IdleLimit is { } limit && plan.Enabled)
        {
            yield return Line(
                $"A middlebox that forgets connections after {KeepAliveText.Of(limit)} keeps this one, even if one probe is lost.");
        }

        yield return "Keepalive proves that the next hop's kernel answers: a hung process, and whatever lies behind a proxy, it does not "
            + "see.";
        foreach (TcpKeepAliveSetting setting in s_settings)
        {
            if (plan.WhyUnsupported(setting) is { } why)
            {
                yield return Line($"{setting} can't be set: {why}.");
            }
        }

        yield return plan.Policy == TcpKeepAlivePolicy.Require
            ? "Require: all of it is put in force, or none."
            : "BestEffort: what can be set is set; the result says what could not.";
        yield return Line($"System calls: {string.Join("; ", plan.Operations)}.");
    }

    private static string UserTimeout(TcpKeepAlivePlan plan)
    {
        return plan.UserTimeout is not { } timeout ? "User timeout: left as it is."
            : timeout == Timeout.InfiniteTimeSpan
                ? KeepAliveOperations.CannotSwitchOff(plan.Values, plan.Row)
                    ? Line($"User timeout: none is set. {plan.Platform} keeps its own limit, or one that was set before.")
                    : "User timeout: off."
                : Line($"User timeout: sent data may stay unacknowledged for {KeepAliveText.Of(timeout)}. It also ends a connection whose "
                + $"peer lives but does not read for that long.");
    }

    private static string ClosedWindow(TcpKeepAliveDetection detection) =>
        detection.ClosedWindow == Timeout.InfiniteTimeSpan ? "is never given up" : "is given up " + Within(detection.ClosedWindow);

    private static string Within(TimeSpan? span) => KeepAliveText.Within(span, "at a time that this system does not tell");

    private static string Idle(TcpKeepAlivePlan plan)
    {
        return plan.SettableIdle is { } idle
            ? KeepAliveText.Of(idle) + " of silence"
            : Line($"the idle time that is set already ({KeepAliveText.Of(plan.NewSocketIdle)} on a new socket)");
    }

    private static string Interval(TcpKeepAlivePlan plan)
    {
        return plan.SettableInterval is { } interval
            ? "every " + KeepAliveText.Of(interval)
            : Line($"at the interval that is set already ({KeepAliveText.Of(plan.NewSocketInterval)} on a new socket)");
    }

    private static string Count(TcpKeepAlivePlan plan) => plan.SettableProbeCount switch
    {
        null => Line($"as many as are set already ({plan.NewSocketProbeCount} on a new socket) are"),
        1 => "one is",
        { } count => Line($"{count} in a row are"),
    };

    private static string Line(ref InvariantText text) => text.Take();
}
