using System.Globalization;

namespace Liveness.Presence;

/// <summary>What is wrong with the options: every failure, each naming property, value, range and cure.</summary>
internal static class PresenceOptionsRules
{
    private const int LongestGateway = 64;

    private static readonly TimeSpan s_leastDetect = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_mostDetect = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_leastLoss = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_leastForget = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_mostKept = TimeSpan.FromDays(365);

    public static IEnumerable<string> Check(PresenceOptions options)
    {
        if (options.Gateway is { } gateway && (gateway.Length is 0 or > LongestGateway || !gateway.All(IsAllowed)))
        {
            string shown = gateway.Length <= LongestGateway && gateway.All(static one => one is > ' ' and <= '~') ? gateway : "...";
            yield return Invariant($"Gateway = \"{shown}\" ({gateway.Length} characters): use 1 to {LongestGateway} letters (a to z), ")
                + "digits, dots, hyphens and underscores, or null for a process that only looks.";
        }

        foreach (string failure in ((string?[])
        [
            Duration(nameof(options.DetectWithin), options.DetectWithin, s_leastDetect, s_mostDetect),
            Duration(nameof(options.KeepLossesFor), options.KeepLossesFor, s_leastLoss, s_mostKept),
            Duration(nameof(options.ForgetGatewayAfter), options.ForgetGatewayAfter, s_leastForget, s_mostKept),
        ]).OfType<string>())
        {
            yield return failure;
        }

        if (options.MaxEntriesPerSecond is < 100 or > 1_000_000)
        {
            yield return Invariant($"MaxEntriesPerSecond = {options.MaxEntriesPerSecond}: use 100 to 1000000.");
        }

        if (options.Names is { Count: 0 })
        {
            yield return "Names is empty, so that nothing would be put into the store. Leave it null for all names.";
        }
        else if (options.Names?.Any(static name => name is null) == true)
        {
            yield return "Names has an entry that is null.";
        }
    }

    private static string? Duration(string property, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value < least || value > most ? Invariant($"{property} = {value}: use {least} to {most}.") : null;

    private static bool IsAllowed(char one) => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_';

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
