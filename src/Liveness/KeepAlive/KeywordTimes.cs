namespace Liveness.KeepAlive;

/// <summary>A plan in the seconds that a connection string takes. Null = the system's own.</summary>
/// <param name="Enabled">Whether the kernel probes.</param>
/// <param name="Idle">Seconds before the first probe.</param>
/// <param name="Interval">Seconds between probes.</param>
/// <param name="Count">How many the system sends: nobody can tell it.</param>
internal readonly record struct KeywordTimes(bool Enabled, int? Idle, int? Interval, int Count)
{
    public static KeywordTimes Of(TcpKeepAlivePlan plan, KeywordClient client)
    {
        int count = plan.Row.FixedProbeCount ?? plan.Limits.ProbeCount ?? plan.Row.DefaultProbeCount;
        if (!plan.Enabled)
        {
            return new KeywordTimes(!client.CanSwitchOff, null, null, count);
        }

        if (plan.DetectWithin is { } target)
        {
            // Half of the time for the probes, as far as whole seconds go, and the silence before them gets what is left.
            int seconds = Seconds(target);
            int interval = client.FixedInterval ?? Math.Max(1, seconds / (2 * count));
            return new KeywordTimes(true, Math.Max(1, seconds - (count * interval)), interval, count);
        }

        if (plan.Idle is null && (plan.Interval is null || client.FixedInterval is not null))
        {
            return new KeywordTimes(true, null, null, count);
        }

        return new KeywordTimes(true, Seconds(plan.NewSocketIdle), client.FixedInterval ?? Seconds(plan.NewSocketInterval), count);
    }

    public TcpKeepAliveDetection Detection(TcpKeepAlivePlan plan)
    {
        TimeSpan? none = plan.Row.Kernel == KeepAliveKernel.Windows ? null : Timeout.InfiniteTimeSpan;
        return DetectionTimes.Of(
            plan.Row.Kernel,
            Enabled,
            Span(Idle) ?? plan.Limits.Idle ?? plan.Row.DefaultIdle,
            Span(Interval) ?? plan.Limits.Interval ?? plan.Row.DefaultInterval,
            Count,
            none,
            none,
            plan.Limits);
    }

    private static TimeSpan? Span(int? seconds) => seconds is { } number ? TimeSpan.FromSeconds(number) : null;

    private static int Seconds(TimeSpan span) => (int)Math.Min(int.MaxValue, span.TotalSeconds);
}
