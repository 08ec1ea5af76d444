namespace Liveness;

/// <summary>What is wrong with the options of a drain: every failure, each naming property, value, range and cure.</summary>
internal static class DrainOptionsRules
{
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    /// <param name="options">Read now.</param>
    /// <param name="known">The names that connections can have; null = any.</param>
    public static OptionsFailures Check(DrainOptions options, IReadOnlyList<string>? known)
    {
        OptionsFailures failures = new();
        if (options.Within < TimeSpan.Zero || options.Within > s_longest)
        {
            failures.Add(
                nameof(options.Within), options.Within, $"Within = {options.Within}: use 00:00:00 (cut off at once) to {s_longest}.");
        }

        TimeSpan after = options.ReconnectAfter ?? TimeSpan.Zero;
        CheckWait(nameof(options.ReconnectAfter), after, failures);
        CheckWait(nameof(options.ReconnectSpread), options.ReconnectSpread, failures);
        if (failures.Count == 0 && after + options.ReconnectSpread > CloseReasons.MaxReconnectAfter)
        {
            failures.Add(
                nameof(options.ReconnectSpread),
                options.ReconnectSpread,
                $"ReconnectAfter = {after} and ReconnectSpread = {options.ReconnectSpread}: together at most "
                    + $"{CloseReasons.MaxReconnectAfter}.");
        }

        foreach (string? name in options.Names ?? [])
        {
            if (name is null || known?.Contains(name) == false)
            {
                failures.AddText(
                    nameof(options.Names), name, name is null ? "Names has an entry that is null." : UnknownName.Text(name, known!));
            }
        }

        return failures;
    }

    private static void CheckWait(string property, TimeSpan value, OptionsFailures failures)
    {
        if (value < TimeSpan.Zero || value > CloseReasons.MaxReconnectAfter)
        {
            failures.Add(property, value, $"{property} = {value}: use 00:00:00 to {CloseReasons.MaxReconnectAfter} (one day).");
        }
    }
}
