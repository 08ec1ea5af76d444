using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>The search, and what narrows the two lists. A form, so that it works without scripts.</summary>
internal static class FilterHtml
{
    public static void Write(StatusHtml html, StatusReport report)
    {
        StatusQuery query = report.Query;
        html.Raw("<form id=\"filter\" class=\"filter\" method=\"get\" role=\"search\" aria-label=\"Connections and losses\">\n")
            .Raw("<p class=\"field wide\"><label for=\"q\">Search</label><input id=\"q\" name=\"q\" type=\"search\" maxlength=\"100\" "
                + "autocomplete=\"off\" spellcheck=\"false\" aria-describedby=\"q-help\" "
                + "placeholder=\"Name, id, address, state, diagnosis\" value=\"")
            .Text(query.Text).Raw("\"></p>\n");
        Select(html, "state", "Live: state", query.State, StateFilter.All.Select(static state => (state, Label(state))));
        Select(
            html, "diagnosis", "Lost: diagnosis", query.Diagnosis is { } diagnosis ? StatusWords.NameOf(diagnosis) : null,
            Diagnoses(report));
        Hidden(html, "second", query.Second is { } second ? StatusQuery.SecondText(second) : null);
        Hidden(html, "view", query.IsGrouped ? null : StatusQueryText.List);
        Hidden(html, "sort", StatusQueryText.SortText(query.Sort, query.IsReversed));
        Hidden(html, "losssort", StatusQueryText.SortText(query.LossSort, query.IsLossReversed));
        Hidden(html, "rows", query.Rows?.ToString(CultureInfo.InvariantCulture));
        html.Raw("<p class=\"actions\"><button type=\"submit\">Search</button></p>\n")
            .Raw("<p class=\"sub found").RawIf(!query.HasFilter, " hint").Raw("\" id=\"q-help\">");
        if (query.HasFilter)
        {
            html.Raw("Found: ").Count(report.ConnectionsMatching).Raw(" live, ").Count(report.LossesMatching).Raw(" lost. ")
                .Link(query.Unfiltered, "", " id=\"clear\"").Raw("Show all</a>");
        }
        else
        {
            html.Raw("Every word must be found: part of a name, an id (#7), an own id, an address, a state, a diagnosis, an incident.");
        }

        html.Raw("</p>\n</form>\n");
    }

    public static string Label(string state) => state == StateFilter.Warning ? "Any warning" : StatusWords.Of(state);

    /// <summary>Those that came, and the one that is chosen.</summary>
    private static IEnumerable<(string Value, string Label)> Diagnoses(StatusReport report)
    {
        IReadOnlyDictionary<string, long> came = report.LossTotals.ByDiagnosis;
        string? chosen = report.Query.Diagnosis is { } diagnosis ? StatusWords.NameOf(diagnosis) : null;
        IEnumerable<string> names = chosen is null || came.ContainsKey(chosen) ? came.Keys : came.Keys.Append(chosen);
        return names.Select(static name => (name, StatusWords.Of(name)));
    }

    private static void Select(
        StatusHtml html, string name, string label, string? chosen, IEnumerable<(string Value, string Label)> options)
    {
        html.Raw("<p class=\"field\"><label for=\"").Raw(name).Raw("\">").Raw(label).Raw("</label><select id=\"").Raw(name)
            .Raw("\" name=\"").Raw(name).Raw("\"><option value=\"\">any</option>");
        foreach ((string value, string text) in options)
        {
            html.Raw("<option value=\"").Text(value).Raw("\"").RawIf(value == chosen, " selected").Raw(">").Text(text).Raw("</option>");
        }

        html.Raw("</select></p>\n");
    }

    private static void Hidden(StatusHtml html, string name, string? value)
    {
        if (value is not null)
        {
            html.Raw("<input type=\"hidden\" name=\"").Raw(name).Raw("\" value=\"").Text(value).Raw("\">");
        }
    }
}
