using System.Globalization;

namespace Liveness;

/// <summary>What is wrong with a set of options: every failure, each naming property, value, range and cure.</summary>
internal static class HeartbeatOptionsRules
{
    internal readonly record struct Failure(string Property, object? Value, string Message);

    public static List<Failure> Check(HeartbeatOptions options)
    {
        List<Failure> failures = [];
        TimeSpan detectWithin = options.DetectWithin ?? HeartbeatDefaults.DetectWithin;
        bool detectWithinIsValid = CheckDetectWithin(detectWithin, failures);
        Between(failures, nameof(options.HandshakeTimeout), options.HandshakeTimeout, HeartbeatDefaults.MinHandshakeTimeout, HeartbeatDefaults.MaxHandshakeTimeout, infinite: false);
        Between(failures, nameof(options.CloseTimeout), options.CloseTimeout ?? TimeSpan.Zero, TimeSpan.Zero, HeartbeatDefaults.MaxClose, infinite: false);
        Between(failures, nameof(options.CloseDeadline), options.CloseDeadline, TimeSpan.Zero, HeartbeatDefaults.MaxClose, infinite: true);
        Between(failures, nameof(options.MinTransmitInterval), options.MinTransmitInterval, HeartbeatDefaults.MinInterval, HeartbeatDefaults.MaxInterval, infinite: false);
        if (detectWithinIsValid)
        {
            CheckAgainstDetectWithin(options, detectWithin, failures);
        }

        CheckWindows(options, failures);
        CheckName(options.Name, failures);
        if (options.TimeProvider is null)
        {
            failures.Add(new Failure(nameof(options.TimeProvider), null, "TimeProvider is null. Leave it at its default, TimeProvider.System."));
        }

        return failures;
    }

    /// <exception cref="ArgumentException">Something is out of range.</exception>
    public static void ThrowIfInvalid(HeartbeatOptions options)
    {
        List<Failure> failures = Check(options);
        if (failures.Count != 0)
        {
            Failure first = failures[0];
            string message = string.Join(" ", failures.Select(failure => failure.Message));
            throw new ArgumentOutOfRangeException($"options.{first.Property}", first.Value, message);
        }
    }

    public static bool CheckDetectWithin(TimeSpan value, List<Failure> failures)
    {
        if (value == Timeout.InfiniteTimeSpan || (value >= HeartbeatDefaults.MinDetectWithin && value < HeartbeatDefaults.DetectWithinLimit))
        {
            return true;
        }

        string cure = value >= HeartbeatDefaults.DetectWithinLimit && value.Ticks % TimeSpan.TicksPerDay == 0 && value.TotalDays <= 86_400
            ? string.Create(CultureInfo.InvariantCulture, $"A bare number in a configuration file counts days: did you mean {TimeSpan.FromSeconds(value.TotalDays):c}?")
            : "Use Timeout.InfiniteTimeSpan to switch the heartbeat off.";
        failures.Add(new Failure(nameof(HeartbeatOptions.DetectWithin), value, string.Create(CultureInfo.InvariantCulture,
            $"DetectWithin is {value:c}, but must be at least {HeartbeatDefaults.MinDetectWithin:c} and less than {HeartbeatDefaults.DetectWithinLimit:c}. {cure}")));
        return false;
    }

    public static void CheckName(string? name, List<Failure> failures)
    {
        if (ConnectionName.Problem(name) is { } problem)
        {
            failures.Add(new Failure(nameof(HeartbeatOptions.Name), name, problem));
        }
    }

    private static void CheckAgainstDetectWithin(HeartbeatOptions options, TimeSpan detectWithin, List<Failure> failures)
    {
        bool off = detectWithin == Timeout.InfiniteTimeSpan;
        string least = off ? "" : string.Create(CultureInfo.InvariantCulture, $" and at least DetectWithin ({detectWithin:c})");
        if (options.StalledAfter is { } stalledAfter && stalledAfter != Timeout.InfiniteTimeSpan && (stalledAfter <= TimeSpan.Zero || (!off && stalledAfter < detectWithin)))
        {
            failures.Add(new Failure(nameof(options.StalledAfter), stalledAfter, string.Create(CultureInfo.InvariantCulture,
                $"StalledAfter is {stalledAfter:c}, but must be positive{least}. Leave it null for a value that fits, or use Timeout.InfiniteTimeSpan to switch the report off.")));
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
            failures.Add(new Failure(nameof(options.MinReceiveInterval), minReceive, string.Create(CultureInfo.InvariantCulture,
                $"MinReceiveInterval is {minReceive:c}, but must be between {HeartbeatDefaults.MinInterval:c} and the beat interval ({most:c}, which follows from DetectWithin). Leave it null for a value that fits.")));
        }
    }

    private static void CheckWindows(HeartbeatOptions options, List<Failure> failures)
    {
        if (options.ReceiveWindow is < HeartbeatDefaults.SmallestWindow or > HeartbeatDefaults.LargestWindow)
        {
            failures.Add(new Failure(nameof(options.ReceiveWindow), options.ReceiveWindow, string.Create(CultureInfo.InvariantCulture,
                $"ReceiveWindow is {options.ReceiveWindow} bytes, but must be between {HeartbeatDefaults.SmallestWindow} (32 KiB) and {HeartbeatDefaults.LargestWindow} (64 MiB). The default, {HeartbeatDefaults.ReceiveWindow}, suits most connections.")));
        }
        else if (options.MaxReceiveWindow is { } most && (most < options.ReceiveWindow || most > HeartbeatDefaults.LargestWindow))
        {
            failures.Add(new Failure(nameof(options.MaxReceiveWindow), most, string.Create(CultureInfo.InvariantCulture,
                $"MaxReceiveWindow is {most} bytes, but must be between ReceiveWindow ({options.ReceiveWindow}) and {HeartbeatDefaults.LargestWindow} (64 MiB). Leave it null for a value that fits.")));
        }
    }

    private static void Between(List<Failure> failures, string property, TimeSpan value, TimeSpan least, TimeSpan most, bool infinite)
    {
        if ((value >= least && value <= most) || (infinite && value == Timeout.InfiniteTimeSpan))
        {
            return;
        }

        string cure = infinite
            ? "Use Timeout.InfiniteTimeSpan for no limit."
            : "In configuration files write \"00:00:30\" for 30 seconds.";
        failures.Add(new Failure(property, value, string.Create(CultureInfo.InvariantCulture,
            $"{property} is {value:c}, but must be between {least:c} and {most:c}. {cure}")));
    }
}
