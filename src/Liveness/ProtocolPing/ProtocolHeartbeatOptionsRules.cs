using System.Globalization;

namespace Liveness;

/// <summary>What is wrong with a set of options: every failure, each naming property, value, range and cure.</summary>
internal static class ProtocolHeartbeatOptionsRules
{
    public static List<HeartbeatOptionsRules.Failure> Check(ProtocolHeartbeatOptions options)
    {
        List<HeartbeatOptionsRules.Failure> failures = [];
        bool detectWithinIsValid = HeartbeatOptionsRules.CheckDetectWithin(options.DetectWithin, failures);
        CheckPingInterval(options, detectWithinIsValid, failures);
        HeartbeatOptionsRules.CheckName(options.Name, failures);
        if (options.TimeProvider is null)
        {
            failures.Add(new HeartbeatOptionsRules.Failure(nameof(options.TimeProvider), null, "TimeProvider is null. Leave it at its default, TimeProvider.System."));
        }

        return failures;
    }

    /// <exception cref="ArgumentOutOfRangeException">Something is out of range.</exception>
    public static void ThrowIfInvalid(ProtocolHeartbeatOptions options)
    {
        List<HeartbeatOptionsRules.Failure> failures = Check(options);
        if (failures.Count != 0)
        {
            HeartbeatOptionsRules.Failure first = failures[0];
            throw new ArgumentOutOfRangeException($"options.{first.Property}", first.Value, string.Join(" ", failures.Select(failure => failure.Message)));
        }
    }

    /// <summary>Against a DetectWithin that is off, or wrong itself, only the widest range can be told.</summary>
    private static void CheckPingInterval(ProtocolHeartbeatOptions options, bool detectWithinIsValid, List<HeartbeatOptionsRules.Failure> failures)
    {
        if (options.PingInterval is not { } interval)
        {
            return;
        }

        bool judges = detectWithinIsValid && options.DetectWithin != Timeout.InfiniteTimeSpan;
        TimeSpan most = (judges ? options.DetectWithin : HeartbeatDefaults.DetectWithinLimit) / ProtocolHeartbeatDefaults.LongestIntervalDivisor;
        if (interval >= HeartbeatDefaults.MinInterval && interval <= most)
        {
            return;
        }

        string half = judges ? "half of DetectWithin, for a ping needs time to be answered" : "half a day";
        failures.Add(new HeartbeatOptionsRules.Failure(nameof(options.PingInterval), interval, string.Create(CultureInfo.InvariantCulture,
            $"PingInterval is {interval:c}, but must be between {HeartbeatDefaults.MinInterval:c} and {most:c} ({half}). Leave it null for a third of DetectWithin.")));
    }
}
