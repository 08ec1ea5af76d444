namespace Liveness.AspNetCore;

/// <summary>One advice for each name and mode: all its connections share it.</summary>
internal static class AdviceList
{
    /// <summary>So many connections of a name are asked at most: one that has just begun may have none yet.</summary>
    private const int MostAsked = 100;

    private static readonly double[] s_shorter = [0.8, 0.6, 0.4, 0.2];

    public static StatusAdvice[] Of(IEnumerable<LiveConnection> connections) =>
    [
        .. connections.GroupBy(static one => (one.Connection.Name, one.Connection.Mode))
            .OrderBy(static group => group.Key.Name, StringComparer.Ordinal).ThenBy(static group => group.Key.Mode)
            .Select(static group => group.Take(MostAsked).FirstOrDefault(static one => one.Snapshot.Advice is not null))
            .OfType<LiveConnection>()
            .Select(Describe),
    ];

    private static StatusAdvice Describe(LiveConnection one)
    {
        BoundAdvice advice = one.Snapshot.Advice!;
        return new StatusAdvice(
            StatusText.Clip(one.Connection.Name, StatusText.MostOfName),
            one.Connection.Mode.ToString(),
            StatusText.Limit(one.Snapshot.Bound),
            advice.DetectWithin.TotalSeconds,
            advice.AtMostOneIn(advice.DetectWithin).TotalSeconds,
            advice.LeastBound.TotalSeconds,
            advice.WatchedFor.TotalSeconds,
            advice.LossesBySilence,
            [.. s_shorter.Select(part => Shorter(advice, advice.DetectWithin * part))]);
    }

    private static StatusShorterBound Shorter(BoundAdvice advice, TimeSpan bound) =>
        new(bound.TotalSeconds, advice.FalseAlarms(bound), advice.AtMostOneIn(bound).TotalSeconds);
}
