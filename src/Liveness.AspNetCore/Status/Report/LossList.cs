using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>Which losses a request gets, and in what order.</summary>
internal static class LossList
{
    /// <param name="losses">Newest first.</param>
    /// <param name="query">What is asked for.</param>
    /// <returns>Newest first.</returns>
    public static LossSummary[] Matching(IReadOnlyList<LossSummary> losses, StatusQuery query)
    {
        SearchTerms terms = SearchTerms.Of(query.Text);
        return
        [
            .. losses.Where(one => (query.Diagnosis is null || one.Diagnosis == query.Diagnosis)
                && (query.Second is not { } second || LossGroups.SecondOf(one) == second)
                && IsFound(one, terms)),
        ];
    }

    public static IEnumerable<LossSummary> Ordered(LossSummary[] losses, StatusQuery query) => query.LossSort switch
    {
        LossSort.Name => losses.Order(static one => one.Name, query.IsLossReversed, StringComparer.OrdinalIgnoreCase)
            .ThenBy(static one => one.OwnId ?? one.Description, StringComparer.OrdinalIgnoreCase),
        LossSort.Diagnosis => losses.Order(static one => one.Diagnosis.ToString(), query.IsLossReversed, StringComparer.Ordinal),
        LossSort.Silence => losses.Order(static one => -one.Silence.Ticks, query.IsLossReversed),
        LossSort.Lasted => losses.Order(static one => -one.Lasted.Ticks, query.IsLossReversed),
        _ => query.IsLossReversed ? losses.Reverse() : losses,
    };

    private static bool IsFound(LossSummary one, SearchTerms terms) =>
        terms.IsEmpty
        || terms.Match(
            one.Name,
            one.OwnId,
            one.Description,
            terms.HasNumber ? string.Create(CultureInfo.InvariantCulture, $"#{one.ConnectionId}") : null,
            StatusWords.NameOf(one.Diagnosis),
            StatusWords.Of(one.Diagnosis),
            StatusWords.TypeOf(one.ErrorType),
            one.ErrorType,
            terms.MayBeIncident ? one.IncidentId : null);
}
