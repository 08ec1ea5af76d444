using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>Which live connections a request gets, and in what order.</summary>
internal static class ConnectionList
{
    public static LiveConnection[] Matching(IEnumerable<LiveConnection> connections, StatusQuery query)
    {
        Func<LivenessState, ConnectionConditions, bool> isWanted = StateFilter.Of(query.State);
        SearchTerms terms = SearchTerms.Of(query.Text);
        return [.. connections.Where(one => isWanted(one.State, one.Conditions) && IsFound(one, terms))];
    }

    public static IEnumerable<LiveConnection> Ordered(IReadOnlyCollection<LiveConnection> connections, StatusQuery query)
    {
        IOrderedEnumerable<LiveConnection> ordered = query.Sort switch
        {
            ConnectionSort.Name => connections.Order(one => one.Connection.Name, query.IsReversed, StringComparer.OrdinalIgnoreCase)
                .ThenBy(static one => one.Connection.OwnId ?? one.Connection.Description, StringComparer.OrdinalIgnoreCase),
            ConnectionSort.Silence => connections.Order(static one => -one.SilenceShare, query.IsReversed),
            ConnectionSort.RoundTrip => connections.Order(static one => -(one.Snapshot.RoundTrip?.Ticks ?? -1), query.IsReversed),
            ConnectionSort.Age => connections.Order(static one => -one.Connection.Age.Ticks, query.IsReversed),
            _ => connections.Order(static one => one.Rank, query.IsReversed),
        };
        return ordered.ThenBy(static one => one.Connection.Id);
    }

    private static bool IsFound(LiveConnection one, SearchTerms terms) =>
        terms.IsEmpty
        || terms.Match(
            one.Connection.Name,
            one.Connection.OwnId,
            one.Connection.Description,
            terms.HasNumber ? string.Create(CultureInfo.InvariantCulture, $"#{one.Connection.Id}") : null,
            one.State.ToString(),
            StatusWords.Of(one.State),
            one.Conditions == ConnectionConditions.None ? null : one.Conditions.ToString(),
            one.Conditions == ConnectionConditions.None ? null : StatusWords.Of(one.Conditions.ToString()),
            terms.MayBeIncident ? one.Snapshot.IncidentId : null);
}
