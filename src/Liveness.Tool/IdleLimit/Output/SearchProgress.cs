using System.Globalization;
using System.Net;

namespace Liveness.Tool.IdleLimit;

/// <summary>Says what is going on, on the error stream: a search takes minutes.</summary>
internal sealed class SearchProgress(TextWriter errors)
{
    public void TellPlan(string server, IPAddress address, SearchBounds bounds, int messageBytes)
    {
        string probe = messageBytes == 0
            ? "a keepalive probe; no byte is sent"
            : $"{Words.Bytes(messageBytes)} to which the server answers";
        errors.WriteLine($"{server} ({address}): up to {bounds.Connections} connections at once, each idle for up to "
            + $"{IdleWords.Of(bounds.Longest)}, and then {probe}.");
        errors.WriteLine($"It takes at most {IdleWords.Of(bounds.Total)}: about three times the limit where there is one, and "
            + $"{IdleWords.Of(bounds.WithoutLimit)} where there is none.");
    }

    public void TellRound(int number, IReadOnlyList<TimeSpan> idles) => errors.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"round {number}: {idles.Count} connection{(idles.Count == 1 ? "" : "s")}, idle for ")
        + (idles[0] == idles[^1] ? IdleWords.Of(idles[0]) : $"{IdleWords.Of(idles[0])} to {IdleWords.Of(idles[^1])}"));

    /// <param name="trial">What came in.</param>
    /// <param name="next">The next idle time that will be over; null = none.</param>
    public void Tell(Trial trial, TimeSpan? next)
    {
        string why = trial.Why is { } text ? $" ({text})" : "";
        string then = next > trial.Idle ? $"; the next in {IdleWords.Of(next.Value - trial.Idle)}" : "";
        errors.WriteLine($"  {IdleWords.Of(trial.Idle),9} idle: {IdleWords.Of(trial.Outcome)}{why}{then}");
    }
}
