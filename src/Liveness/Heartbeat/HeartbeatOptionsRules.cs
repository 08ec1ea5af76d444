using System.Globalization;
using Liveness.Diagnostics;

namespace Liveness;

/// <summary>What is wrong with a set of options: every failure, each naming property, value, range and cure.</summary>
internal static class HeartbeatOptionsRules
{
    public static OptionsFailures Check(HeartbeatOptions options)
    {
        OptionsFailures failures = new();
        TimeSpan detectWithin = options.DetectWithin ?? HeartbeatDefaults.DetectWithin;
        bool detectWithinIsValid = CheckDetectWithin(detectWithin, failures);
        TimeSpan least = HeartbeatDefaults.MinHandshakeTimeout;
        TimeSpan most = HeartbeatDefaults.MaxHandshakeTimeout;
        Between(failures, nameof(options.HandshakeTimeout), options.HandshakeTimeout, least, most, infinite: false);
        CheckPlainPeers(options, failures);
        TimeSpan close = options.CloseTimeout ?? TimeSpan.Zero;
        Between(failures, nameof(options.CloseTimeout), close, TimeSpan.Zero, HeartbeatDefaults.MaxClose, infinite: false);
        Between(failures, nameof(options.CloseDeadline), options.CloseDeadline, TimeSpan.Zero, HeartbeatDefaults.MaxClose, infinite: true);
        (least, most) = (HeartbeatDefaults.MinInterval, HeartbeatDefaults.MaxInterval);
        Between(failures, nameof(options.MinTransmitInterval), options.MinTransmitInterval, least, most, infinite: false);
        if (detectWithinIsValid)
        {
            CheckAgainstDetectWithin(options, detectWithin, failures);
        }

        CheckWindows(options, failures);
        CheckName(options.Name, failures);
        failures.CheckTimeProvider(options.TimeProvider);
        return failures;
    }

    /// <param name="detectWithin">Of a connection that runs.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range.</exception>
    public static void ThrowIfInvalid(TimeSpan detectWithin)
    {
        OptionsFailures failures = new();
        if (!CheckDetectWithin(detectWithin, failures))
        {
            throw new ArgumentOutOfRangeException(nameof(detectWithin), detectWithin, failures[0].Message);
        }
    }

    public static bool CheckDetectWithin(TimeSpan value, OptionsFailures failures)
    {
        if (value == Timeout.InfiniteTimeSpan
            || (value >= HeartbeatDefaults.MinDetectWithin && value < HeartbeatDefaults.DetectWithinLimit))
        {
            return true;
        }

        string cure = value >= HeartbeatDefaults.DetectWithinLimit && value.Ticks % TimeSpan.TicksPerDay == 0 && value.TotalDays <= 86_400
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"A bare number in a configuration file counts days: did you mean {TimeSpan.FromSeconds(value.TotalDays):c}?")
            : "Use Timeout.InfiniteTimeSpan to switch the heartbeat off.";
        failures.Add(
            nameof(HeartbeatOptions.DetectWithin), value,
            $"DetectWithin is {value:c}, but must be at least {HeartbeatDefaults.MinDetectWithin:c} and less than "
            + $"{HeartbeatDefaults.DetectWithinLimit:c}. {cure}");
        return false;
    }

    public static void CheckName(string? name, OptionsFailures failures)
    {
        if (ConnectionName.Problem(name) is { } problem)
        {
            failures.AddText(nameof(HeartbeatOptions.Name), name, problem);
        }
    }

    /// <param name="value">Null = the default.</param>
    /// <param name="failures">Where it is told.</param>
    public static void CheckPlainPeers(PlainPeers? value, OptionsFailures failures)
    {
        if (value is { } chosen && !Enum.IsDefined(chosen))
        {
            failures.Add(nameof(HeartbeatOptions.PlainPeers), null, $"PlainPeers is {chosen}, but must be Refuse or Serve.");
        }
    }

    private static void CheckPlainPeers(HeartbeatOptions options, OptionsFailures failures)
    {
        CheckPlainPeers(options.PlainPeers, failures);
        TimeSpan after = options.PlainPeerAfter;
        if (after < HeartbeatDefaults.MinPlainPeerAfter)
        {
            failures.Add(
                nameof(options.PlainPeerAfter), after,
                $"PlainPeerAfter is {after:c}, but must be between {HeartbeatDefaults.MinPlainPeerAfter:c} and HandshakeTimeout "
                + $"({options.HandshakeTimeout:c}). Make it longer than a round trip to the slowest peer.");
        }
        else if (after > options.HandshakeTimeout && (IsServing(options) || after != HeartbeatDefaults.PlainPeerAfter))
        {
            failures.Add(
                nameof(options.PlainPeerAfter), after,
                $"PlainPeerAfter is {after:c}, but must be between {HeartbeatDefaults.MinPlainPeerAfter:c} and HandshakeTimeout "
                + $"({options.HandshakeTimeout:c}). Shorten it, or raise HandshakeTimeout.");
        }
    }

    private static bool IsServing(HeartbeatOptions options) => options.PlainPeers == PlainPeers.Serve;

    private static void CheckAgainstDetectWithin(HeartbeatOptions options, TimeSpan detectWithin, OptionsFailures failures)
    {
        bool off = detectWithin == Timeout.InfiniteTimeSpan;
        string least = off ? "" : string.Create(CultureInfo.InvariantCulture, $" and at least DetectWithin ({detectWithin:c})");
        if (options.StalledAfter is { } stalledAfter && stalledAfter != Timeout.InfiniteTimeSpan
            && (stalledAfter <= TimeSpan.Zero || (!off && stalledAfter < detectWithin)))
        {
            failures.Add(
                nameof(options.StalledAfter), stalledAfter,
                $"StalledAfter is {stalledAfter:c}, but must be positive{least}. Leave it null for a value that fits, or use "
                + $"Timeout.InfiniteTimeSpan to switch the report off.");
        }

        if (options.MinReceiveInterval is not { } minReceive)
        {
            return;
        }

        TimeSpan interval = off
            ? HeartbeatDefaults.MaxInterval
            : detectWithin / (HeartbeatRate.AllowedMisses(detectWithin) + 1);
        TimeSpan most = interval < HeartbeatDefaults.MaxInterval ? interval : HeartbeatDefaults.MaxInterval;
        if (minReceive < HeartbeatDefaults.MinInterval || minReceive > most)
        {
            failures.Add(
                nameof(options.MinReceiveInterval), minReceive,
                $"MinReceiveInterval is {minReceive:c}, but must be between {HeartbeatDefaults.MinInterval:c} and the beat interval "
                + $"({most:c}, which follows from DetectWithin). Leave it null for a value that fits.");
        }
    }

    private static void CheckWindows(HeartbeatOptions options, OptionsFailures failures)
    {
        if (options.ReceiveWindow is < HeartbeatDefaults.SmallestWindow or > HeartbeatDefaults.LargestWindow)
        {
            failures.Add(
                nameof(options.ReceiveWindow), options.ReceiveWindow,
                $"ReceiveWindow is {options.ReceiveWindow} bytes, but must be between {HeartbeatDefaults.SmallestWindow} (32 KiB) and "
                + $"{HeartbeatDefaults.LargestWindow} (64 MiB). The default, {HeartbeatDefaults.ReceiveWindow}, suits most connections.");
        }
        else if (options.MaxReceiveWindow is { } most && (most < options.ReceiveWindow || most > HeartbeatDefaults.LargestWindow))
        {
            failures.Add(
                nameof(options.MaxReceiveWindow), most,
                $"MaxReceiveWindow is {most} bytes, but must be between ReceiveWindow ({options.ReceiveWindow}) and "
                + $"{HeartbeatDefaults.LargestWindow} (64 MiB). Leave it null for a value that fits.");
        }
    }

    private static void Between(OptionsFailures failures, string property, TimeSpan value, TimeSpan least, TimeSpan most, bool infinite)
    {
        if ((value >= least && value <= most) || (infinite && value == Timeout.InfiniteTimeSpan))
        {
            return;
        }

        string cure = infinite
            ? "Use Timeout.InfiniteTimeSpan for no limit."
            : "In configuration files write \"00:00:30\" for 30 seconds.";
        failures.Add(property, value, $"{property} is {value:c}, but must be between {least:c} and {most:c}. {cure}");
    }
}
