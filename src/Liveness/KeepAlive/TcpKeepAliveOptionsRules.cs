using System.Globalization;

namespace Liveness.KeepAlive;

/// <summary>What is wrong with a set of options on a platform: every failure, each naming property, value, range and cure.</summary>
internal static class TcpKeepAliveOptionsRules
{
    public static OptionsFailures Check(TcpKeepAliveOptions options, KeepAlivePlatform platform)
    {
        OptionsFailures failures = new();
        CheckDetectWithin(failures, options, platform);
        CheckTime(failures, nameof(options.Idle), options.Idle, platform.Idle, platform, infinite: false);
        CheckTime(failures, nameof(options.Interval), options.Interval, platform.Interval, platform, infinite: false);
        CheckTime(failures, nameof(options.UserTimeout), options.UserTimeout, platform.UserTimeout, platform, infinite: true);
        CheckProbeCount(failures, options.ProbeCount, platform);
        if (options.IdleLimit is { } limit && limit <= TimeSpan.Zero)
        {
            failures.Add(nameof(options.IdleLimit), limit, $"IdleLimit is {limit:c}, but must be positive. Leave it null for no check.");
        }

        if (options.Policy is not (TcpKeepAlivePolicy.Require or TcpKeepAlivePolicy.BestEffort))
        {
            failures.Add(nameof(options.Policy), options.Policy, $"Policy is {options.Policy}, but must be Require or BestEffort.");
        }

        if (failures.Count == 0)
        {
            CheckTogether(failures, options, KeepAliveValues.Derive(options, platform));
        }

        return failures;
    }

    /// <summary>
    /// The window in which the user timeout and the probe count say the same: exactly <paramref name="count"/> probes go out.
    /// </summary>
    public static bool IsCoherent(TimeSpan idle, TimeSpan interval, int count, TimeSpan userTimeout)
    {
        // In ticks as Int128: the largest of everything does not fit a TimeSpan.
        Int128 most = idle.Ticks + ((Int128)interval.Ticks * count);
        return userTimeout == Timeout.InfiniteTimeSpan || (userTimeout.Ticks > most - interval.Ticks && userTimeout.Ticks <= most);
    }

    public static string IncoherentText(TimeSpan idle, TimeSpan interval, int count, TimeSpan userTimeout)
    {
        return Text($"UserTimeout is {userTimeout:c}, but beside Idle {idle:c}, Interval {interval:c} and {count} probes it must be more "
            + $"than {Total(idle, interval, count - 1)} and at most {Total(idle, interval, count)}, because Linux goes by it and not by "
            + $"the count. Use {Total(idle, interval, count)}, or Timeout.InfiniteTimeSpan for none.");
    }

    private static void CheckDetectWithin(OptionsFailures failures, TcpKeepAliveOptions options, KeepAlivePlatform platform)
    {
        if (options.DetectWithin is not { } value)
        {
            return;
        }

        TimeSpan least = TcpKeepAliveDefaults.MinDetectWithin(options.Policy, platform);
        TimeSpan most = TcpKeepAliveDefaults.MaxDetectWithin;
        if (value != Timeout.InfiniteTimeSpan && (value < least || value > most))
        {
            failures.Add(
                nameof(options.DetectWithin), value,
                $"DetectWithin is {value:c}, but must be between {least:c} and {most:c}. "
                + $"{Cure(value, most, "Use Timeout.InfiniteTimeSpan to switch keepalive off.")}");
        }

        (string, object?)[] singles =
        [
            (nameof(options.Idle), options.Idle),
            (nameof(options.Interval), options.Interval),
            (nameof(options.ProbeCount), options.ProbeCount),
        ];
        foreach ((string property, object? single) in singles)
        {
            if (single is not null)
            {
                failures.Add(
                    property, single,
                    $"{property} is {single}, but DetectWithin ({value:c}) derives it. Set either DetectWithin, or Idle, Interval and "
                    + $"ProbeCount.");
            }
        }
    }

    private static void CheckTime(
        OptionsFailures failures, string property, TimeSpan? value, KeepAliveSlot? slot, KeepAlivePlatform platform, bool infinite)
    {
        if (value is not { } time || (infinite && time == Timeout.InfiniteTimeSpan))
        {
            return;
        }

        TimeSpan most = slot is null ? TimeSpan.MaxValue : slot.Unit * slot.Most;
        if (time <= TimeSpan.Zero || time > most)
        {
            string range = slot is null ? "must be positive" : Text($"must be positive and at most {most:c} on {platform.Name}");
            string otherwise = infinite
                ? "Leave it null to leave it as it is, or use Timeout.InfiniteTimeSpan to switch it off."
                : "Leave it null to leave it as it is.";
            failures.Add(property, time, $"{property} is {time:c}, but {range}. {Cure(time, most, otherwise)}");
        }
    }

    private static void CheckProbeCount(OptionsFailures failures, int? value, KeepAlivePlatform platform)
    {
        long most = platform.ProbeCount?.Most ?? int.MaxValue;
        if (value is { } count && (count < 1 || count > most))
        {
            failures.Add(
                nameof(TcpKeepAliveOptions.ProbeCount), count,
                $"ProbeCount is {count}, but must be between 1 and {most} on {platform.Name}. Leave it null to leave it as it is.");
        }
    }

    private static void CheckTogether(OptionsFailures failures, TcpKeepAliveOptions options, KeepAliveValues values)
    {
        if (!values.Enabled)
        {
            return;
        }

        if (values is { Idle: { } idle, Interval: { } interval, ProbeCount: { } count, UserTimeout: { } userTimeout }
            && !IsCoherent(idle, interval, count, userTimeout))
        {
            failures.AddText(nameof(options.UserTimeout), userTimeout, IncoherentText(idle, interval, count, userTimeout));
        }

        if (options.IdleLimit is not { } limit)
        {
            return;
        }

        if (values.Idle is not { } first || values.Interval is not { } between)
        {
            failures.Add(
                nameof(options.IdleLimit), limit,
                $"IdleLimit is {limit:c}, but can't be checked without Idle and Interval. Set both, or DetectWithin, or leave IdleLimit "
                + $"null.");
        }
        else if (first + between >= limit)
        {
            failures.Add(
                nameof(options.IdleLimit), limit,
                $"IdleLimit is {limit:c}, but must be more than Idle + Interval ({first:c} + {between:c}), so that one probe may be lost. "
                + $"Use a smaller {(options.DetectWithin is null ? "Idle" : "DetectWithin")}.");
        }
    }

    private static string Cure(TimeSpan value, TimeSpan most, string otherwise)
    {
        bool meantSeconds = value > most && value.Ticks % TimeSpan.TicksPerDay == 0 && value.TotalDays <= 86_400;
        return meantSeconds
            ? Text($"A bare number in a configuration file counts days: did you mean {TimeSpan.FromSeconds(value.TotalDays):c}?")
            : otherwise;
    }

    private static string Total(TimeSpan idle, TimeSpan interval, int count)
    {
        Int128 ticks = idle.Ticks + ((Int128)interval.Ticks * count);
        TimeSpan total = ticks > TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : new TimeSpan((long)ticks);
        return total.ToString("c", CultureInfo.InvariantCulture);
    }

    private static string Text(ref InvariantText text) => text.Take();
}
