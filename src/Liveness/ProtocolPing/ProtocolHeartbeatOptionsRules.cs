namespace Liveness.ProtocolPing;

/// <summary>What is wrong with a set of options: every failure, each naming property, value, range and cure.</summary>
internal static class ProtocolHeartbeatOptionsRules
{
    public static OptionsFailures Check(ProtocolHeartbeatOptions options)
    {
        OptionsFailures failures = new();
        bool detectWithinIsValid = HeartbeatOptionsRules.CheckDetectWithin(options.DetectWithin, failures);
        CheckPingInterval(options, detectWithinIsValid, failures);
        HeartbeatOptionsRules.CheckName(options.Name, failures);
        failures.CheckTimeProvider(options.TimeProvider);
        return failures;
    }

    /// <summary>Against a DetectWithin that is off, or wrong itself, only the widest range can be told.</summary>
    private static void CheckPingInterval(ProtocolHeartbeatOptions options, bool detectWithinIsValid, OptionsFailures failures)
    {
        if (options.PingInterval is not { } interval)
        {
            return;
        }

        bool judges = detectWithinIsValid && options.DetectWithin != Timeout.InfiniteTimeSpan;
        TimeSpan within = judges ? options.DetectWithin : HeartbeatDefaults.DetectWithinLimit;
        TimeSpan most = within / ProtocolHeartbeatDefaults.LongestIntervalDivisor;
        if (interval >= HeartbeatDefaults.MinInterval && interval <= most)
        {
            return;
        }

        string half = judges ? "half of DetectWithin, for a ping needs time to be answered" : "half a day";
        failures.Add(
            nameof(options.PingInterval), interval,
            $"PingInterval is {interval:c}, but must be between {HeartbeatDefaults.MinInterval:c} and {most:c} ({half}). Leave it null "
            + $"for a third of DetectWithin.");
    }
}
