using System.Globalization;

namespace Liveness.Presence;

/// <summary>What the settings promise and cost, for a person.</summary>
internal static class PresenceText
{
    public static string Explain(PresenceSettings settings, IPresenceStore store)
    {
        List<string> lines =
        [
            settings.Gateway is { } gateway
                ? Invariant($"Presence of gateway \"{gateway}\" in {store.Name}.")
                : Invariant($"Presence in {store.Name}: this process only looks."),
            Invariant($"A gateway that dies or is cut off from the store is seen within {Seconds(settings.DetectWithin)}: ")
                + Invariant($"lease {Seconds(settings.Term)} (renewed every {Seconds(settings.RenewEvery)}) + ")
                + Invariant($"poll {Seconds(settings.Poll)} + round trip of at most {Seconds(settings.RoundTrip)}."),
            Invariant($"A device that comes, goes or is lost is seen within {Seconds(Change(settings))} of its gateway's verdict: ")
                + Invariant($"batch {Seconds(GatewayMachine.BatchDelay)} + poll {Seconds(settings.Poll)} + ")
                + Invariant($"round trip of at most {Seconds(settings.RoundTrip)}; as a rule at once, by a hint."),
            Invariant($"If the store loses its data, 100,000 entries are back {Seconds(Resync(settings))} after the next renewal."),
        ];
        if (store.Costs is { } costs)
        {
            int renewals = PerMinute(settings.RenewEvery);
            int sweeps = PerMinute(GatewayMachine.SweepEvery);
            lines.Add(
                Invariant($"At rest a gateway sends at most {renewals * costs.Renewal:N0} commands a minute for its lease and ")
                + Invariant($"{sweeps * costs.Sweep:N0} to tidy up, with {sweeps * costs.PollOfGateway:N0} more for each gateway, ")
                + Invariant($"and none for a connection. ")
                + Invariant($"A watcher sends at most {PerMinute(settings.Poll) * costs.Poll:N0} a minute, and ")
                + Invariant($"{PerMinute(settings.Poll) * costs.PollOfGateway:N0} for each gateway. ")
                + Invariant($"A change that comes alone is at most {costs.Change} commands."));
        }

        return string.Join('\n', lines);
    }

    /// <summary>A duration as people read it.</summary>
    public static string Seconds(TimeSpan span) => Invariant($"{span.TotalSeconds:0.###} s");

    private static TimeSpan Change(PresenceSettings settings) => GatewayMachine.BatchDelay + settings.Poll + settings.RoundTrip;

    private static TimeSpan Resync(PresenceSettings settings) => TimeSpan.FromSeconds(100_000d / settings.MaxEntriesPerSecond);

    private static int PerMinute(TimeSpan every) => (int)Math.Ceiling(TimeSpan.FromMinutes(1) / every);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
