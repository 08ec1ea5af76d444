using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>A live connection: a row, whose name opens to the rest.</summary>
internal static class ConnectionHtml
{
    private const double Wide = 100;
    private const double High = 20;

    /// <summary>Of what it may be silent: above that a beat is overdue.</summary>
    private const double Late = 37;

    public static void Write(StatusHtml html, StatusConnection connection)
    {
        html.Raw("<tr role=\"row\" data-key=\"c").Number(connection.Id).Raw("\">");
        Cell(html, "State").Badge(Tone(connection.State), StatusWords.Of(connection.State));
        foreach (string condition in connection.Conditions)
        {
            html.Badge("warn", StatusWords.Of(condition));
        }

        html.Raw("</td>");
        Cell(html, "Connection").Raw("<details><summary class=\"row\"><strong>").Foreign(StatusText.Name(connection.Name)).Raw("</strong>");
        LossHtml.WriteOwnId(html, connection.OwnId);
        html.Raw(" <span class=\"sub\">").Foreign(connection.Description).Raw("</span></summary><dl class=\"facts\">")
            .Fact("Connection", string.Create(CultureInfo.InvariantCulture, $"#{connection.Id}"))
            .Fact("Attached at", StatusText.Moment(connection.AttachedAt));
        if (connection.IncidentId is { } incident)
        {
            html.Fact("Incident", incident);
        }

        html.Raw("</dl></details></td>");
        Cell(html, "Silent for").Raw("<span>").Text(StatusText.Silence(connection.SilenceSeconds, connection.BoundSeconds)).Raw("</span>");
        WriteBar(html, connection.SilenceSeconds, connection.BoundSeconds);
        html.Raw("</td>");
        Cell(html, "Round trip").Raw("<span>").Text(StatusText.Duration(connection.RoundTripSeconds)).Raw("</span>");
        WriteSparkline(html, connection.RoundTripHistorySeconds);
        html.Raw("</td>");
        Cell(html, "Age").Text(StatusText.Duration(connection.AgeSeconds)).Raw("</td>");
        Cell(html, "Mode").Text(StatusWords.Of(connection.Mode)).Raw("</td></tr>");
    }

    private static void WriteBar(StatusHtml html, double? silence, double? bound)
    {
        if (silence is not { } s || bound is not { } b || b <= 0)
        {
            return;
        }

        double percent = Math.Floor((Math.Min(1, s / b) * 100) + 0.5);
        html.Raw("<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"track\" "
            + "width=\"100\" height=\"4\"></rect><rect class=\"")
            .Raw(percent >= Late ? "fill warn" : "fill").Raw("\" width=\"").Number(percent).Raw("\" height=\"4\"></rect></svg>");
    }

    /// <summary>From zero to the longest, so that noise stays small.</summary>
    private static void WriteSparkline(StatusHtml html, IReadOnlyList<double> samples)
    {
        if (samples.Count < 2)
        {
            return;
        }

        double most = samples.Max();
        string label = string.Create(
            CultureInfo.InvariantCulture,
            $"last {samples.Count} round trips: {StatusText.Duration(samples.Min())} to {StatusText.Duration(most)}");
        html.Raw("<svg class=\"spark\" viewBox=\"0 0 100 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"").Text(label)
            .Raw("\"><title>").Text(label).Raw("</title><polyline points=\"");
        for (int i = 0; i < samples.Count; i++)
        {
            double x = Wide * i / (samples.Count - 1);
            double y = most > 0 ? (High - 2) - ((High - 4) * samples[i] / most) : High - 2;
            html.Raw(i == 0 ? "" : " ").Raw(StatusText.Decimals(x, 1)).Raw(",").Raw(StatusText.Decimals(y, 1));
        }

        html.Raw("\"></polyline></svg>");
    }

    private static StatusHtml Cell(StatusHtml html, string label) => html.Raw("<td role=\"cell\" data-label=\"").Raw(label).Raw("\">");

    private static string Tone(string state) => state switch
    {
        nameof(LivenessState.Suspect) => "warn",
        nameof(LivenessState.Lost) => "bad",
        _ => "good",
    };
}
