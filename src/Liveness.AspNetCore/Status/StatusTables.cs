using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>The body of the page. The script builds the same from the JSON; a test holds the two against each other.</summary>
internal static class StatusTables
{
    private const double Wide = 100;
    private const double High = 24;

    public static void Write(StatusHtml html, StatusReport report)
    {
        html.Raw("<header>\n<div><h1>").Text(report.Title).Raw("</h1><p class=\"sub\"><bdi>").Text(report.Application)
            .Raw("</bdi></p></div>\n")
            .Raw("<p id=\"fresh\" class=\"fresh\"><span class=\"dot\" aria-hidden=\"true\"></span><span id=\"fresh-text\">as of ")
            .Text(Moment(report.GeneratedAt)).Raw("</span></p>\n")
            .Raw("<p id=\"announce\" class=\"unseen\" role=\"status\"></p>\n</header>\n<main>\n");
        WriteCounts(html, report.Counts);
        html.Raw("<section aria-labelledby=\"live-heading\">\n<h2 id=\"live-heading\">Live connections</h2>\n");
        html.Raw("<table role=\"table\" id=\"live\"").Raw(report.Connections.Count == 0 ? " hidden" : "")
            .Raw(">\n<thead role=\"rowgroup\"><tr role=\"row\">");
        foreach (string heading in (string[])["State", "Connection", "Mode", "Age", "Silence of bound", "Round trip"])
        {
            html.Raw("<th role=\"columnheader\" scope=\"col\">").Raw(heading).Raw("</th>");
        }

        html.Raw("</tr></thead>\n<tbody role=\"rowgroup\" id=\"live-rows\">");
        foreach (StatusConnection connection in report.Connections)
        {
            WriteConnection(html, connection);
        }

        html.Raw("</tbody>\n</table>\n<p class=\"empty\" id=\"live-empty\"").Raw(report.Connections.Count > 0 ? " hidden" : "")
            .Raw(">No live connections. They appear here once the application attaches them: "
                + "<code>ILivenessFactory.AttachAsync(…)</code> for its own, <code>listenOptions.UseLiveness(\"name\")</code> "
                + "for those that Kestrel accepts.</p>\n");
        WriteMore(html, "live-more", report.ConnectionsNotShown, "more live connections are not listed; those in trouble come first.");
        html.Raw("</section>\n<section aria-labelledby=\"lost-heading\">\n<h2 id=\"lost-heading\">Losses, newest first</h2>\n<ol "
            + "id=\"lost\" class=\"lost\">");
        foreach (StatusLoss loss in report.Losses)
        {
            WriteLoss(html, loss);
        }

        html.Raw("</ol>\n<p class=\"empty\" id=\"lost-empty\"").Raw(report.Losses.Count > 0 ? " hidden" : "")
            .Raw(">No losses since the application started. When a connection is lost, it is listed here with what happened, what that "
                + "most likely means, and the measurements behind it.</p>\n");
        WriteMore(html, "lost-more", report.LossesNotShown, "older losses are not listed.");
        html.Raw("</section>\n</main>\n<footer><p>Read-only. Times are UTC. <a href=\"?format=json\">The same as JSON</a></p></footer>\n");
    }

    private static void WriteCounts(StatusHtml html, StatusCounts counts)
    {
        html.Raw("<dl class=\"counts\">");
        WriteCount(html, "live", "Live", counts.Live, "");
        WriteCount(html, "alive", "Alive", counts.Alive, "good");
        WriteCount(html, "suspect", "Suspect", counts.Suspect, "warn");
        WriteCount(html, "conditions", "With conditions", counts.WithConditions, "warn");
        WriteCount(html, "losses", "Recent losses", counts.RecentLosses, "bad");
        html.Raw("</dl>\n");
    }

    private static void WriteCount(StatusHtml html, string id, string label, int count, string tone) =>
        html.Raw("<div class=\"").Raw(count > 0 ? tone : "")
            .Raw("\"><dt>").Raw(label).Raw("</dt><dd id=\"count-").Raw(id).Raw("\">").Number(count).Raw("</dd></div>");

    private static void WriteConnection(StatusHtml html, StatusConnection connection)
    {
        html.Raw("<tr role=\"row\" data-id=\"").Number(connection.Id).Raw("\">");
        Cell(html, "State").Raw("<span class=\"badge ").Raw(Tone(connection.State))
            .Raw("\"><span class=\"mark\" aria-hidden=\"true\"></span>").Text(connection.State).Raw("</span>");
        foreach (string condition in connection.Conditions)
        {
            html.Raw("<span class=\"badge warn\"><span class=\"mark\" aria-hidden=\"true\"></span>").Text(condition).Raw("</span>");
        }

        html.Raw("</td>");
        Cell(html, "Connection").Raw("<strong><bdi>").Text(Name(connection.Name)).Raw("</bdi></strong><span class=\"sub\"><bdi>")
            .Text(connection.Description).Raw("</bdi></span>");
        WriteOwnId(html, connection.OwnId);
        html.Raw("</td>");
        Cell(html, "Mode").Text(connection.Mode).Raw("</td>");
        Cell(html, "Age").Text(StatusText.Duration(connection.AgeSeconds)).Raw("</td>");
        Cell(html, "Silence of bound").Text(SilenceText(connection.SilenceSeconds, connection.BoundSeconds));
        WriteBar(html, connection.SilenceSeconds, connection.BoundSeconds);
        html.Raw("</td>");
        Cell(html, "Round trip").Text(StatusText.Duration(connection.RoundTripSeconds));
        WriteSparkline(html, connection.RoundTripHistorySeconds);
        html.Raw("</td></tr>");
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
            .Raw(percent >= 37 ? "fill warn" : "fill").Raw("\" width=\"").Number(percent).Raw("\" height=\"4\"></rect></svg>");
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
        html.Raw("<svg class=\"spark\" viewBox=\"0 0 100 24\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"").Text(label)
            .Raw("\"><title>").Text(label).Raw("</title><polyline points=\"");
        for (int i = 0; i < samples.Count; i++)
        {
            double x = Wide * i / (samples.Count - 1);
            double y = most > 0 ? (High - 2) - ((High - 4) * samples[i] / most) : High - 2;
            html.Raw(i == 0 ? "" : " ").Raw(StatusText.Decimals(x, 1)).Raw(",").Raw(StatusText.Decimals(y, 1));
        }

        html.Raw("\"></polyline></svg>");
    }

    private static void WriteLoss(StatusHtml html, StatusLoss loss)
    {
        html.Raw("<li data-id=\"").Number(loss.ConnectionId).Raw("\"><p class=\"line\"><span class=\"badge bad\"><span class=\"mark\" "
            + "aria-hidden=\"true\"></span>").Text(loss.Type).Raw("</span> <strong><bdi>")
            .Text(Name(loss.Name)).Raw("</bdi></strong> <span class=\"sub\"><bdi>").Text(loss.Description)
            .Raw("</bdi></span>");
        WriteOwnId(html, loss.OwnId);
        html.Raw("<span class=\"when\"><span class=\"ago\">").Text(StatusText.Ago(loss.AgeSeconds))
            .Raw("</span> <time datetime=\"")
            .Text(loss.DetectedAt.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture))
            .Raw("\">").Text(Moment(loss.DetectedAt)).Raw("</time></span></p>")
            .Raw("<p class=\"what\">").Text(StatusText.WithoutType(loss.Text, loss.Type)).Raw("</p><dl class=\"facts\">");
        Fact(html, "Diagnosis", $"{loss.Diagnosis} ({loss.Certainty})");
        Fact(html, "Silence of bound", SilenceText(loss.SilenceSeconds, loss.BoundSeconds));
        Fact(html, "Lasted", StatusText.Duration(loss.LastedSeconds));
        Fact(html, "Mode", loss.Mode);
        html.Raw("</dl>");
        if (loss.Evidence.Count > 0)
        {
            html.Raw("<details><summary>Evidence</summary><dl class=\"evidence\">");
            foreach (StatusFact fact in loss.Evidence)
            {
                Fact(html, fact.Label, fact.Value);
            }

            html.Raw("</dl></details>");
        }

        html.Raw("</li>");
    }

    private static void WriteOwnId(StatusHtml html, string? ownId)
    {
        if (ownId is not null)
        {
            html.Raw("<span class=\"sub own\"><bdi>").Text(ownId).Raw("</bdi></span>");
        }
    }

    private static void WriteMore(StatusHtml html, string id, int count, string what) =>
        html.Raw("<p class=\"more\" id=\"").Raw(id).Raw("\"").Raw(count == 0 ? " hidden" : "")
            .Raw("><span class=\"number\">").Number(count).Raw("</span> ").Raw(what).Raw("</p>\n");

    private static StatusHtml Cell(StatusHtml html, string label) => html.Raw("<td role=\"cell\" data-label=\"").Raw(label).Raw("\">");

    private static void Fact(StatusHtml html, string label, string value) =>
        html.Raw("<div><dt>").Text(label).Raw("</dt><dd><bdi>").Text(value).Raw("</bdi></dd></div>");

    private static string SilenceText(double? silence, double? bound) =>
        $"{StatusText.Duration(silence)} of {(bound is null ? "no bound" : StatusText.Duration(bound))}";

    private static string Tone(string state) =>
        state == nameof(LivenessState.Suspect) ? "warn" : state == nameof(LivenessState.Lost) ? "bad" : "good";

    private static string Name(string name) => name.Length == 0 ? "(nameless)" : name;

    private static string Moment(DateTimeOffset when) =>
        when.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
