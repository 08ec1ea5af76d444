namespace Liveness.AspNetCore;

/// <summary>The last hour as two pictures; what they show stands beside them in words.</summary>
internal static class HourHtml
{
    private const int Wide = 600;
    private const int High = 56;
    private const int Step = Wide / LastHour.Minutes;

    public static void Write(StatusHtml html, StatusReport report)
    {
        html.Raw("<section class=\"hour\" aria-labelledby=\"hour-heading\">\n")
            .Raw("<h2 id=\"hour-heading\">The last hour</h2>\n<div class=\"charts\">\n");
        WriteLosses(html, report.LastHour);
        WriteRoundTrips(html, report.LastHour);
        html.Raw("</div>\n</section>\n");
    }

    private static void WriteLosses(StatusHtml html, IReadOnlyList<StatusMinute> minutes)
    {
        long all = minutes.Sum(static minute => minute.Losses ?? 0);
        StatusMinute worst = minutes.Reverse().MaxBy(static minute => minute.Losses ?? 0)!;
        long most = worst.Losses ?? 0;
        string words = minutes[^1].Losses is null ? "not counted"
            : all == 0 ? "none"
            : $"{StatusText.Count(all)} in all; the most in one minute were {StatusText.Count(most)}, {Before(worst)}";
        Begin(html, "Losses a minute", words);
        for (int i = 0; i < minutes.Count; i++)
        {
            if (minutes[i].Losses is > 0 and { } losses)
            {
                double height = Math.Max(3, (double)High * losses / most);
                html.Raw("<rect class=\"lossbar\" x=\"").Number((i * Step) + 1).Raw("\" y=\"").Number(High - height)
                    .Raw("\" width=\"").Number(Step - 2).Raw("\" height=\"").Number(height).Raw("\"><title>")
                    .Text($"{Before(minutes[i])}: {StatusText.Count(losses)}").Raw("</title></rect>");
            }
        }

        End(html, most == 0 ? "" : StatusText.Count(most));
    }

    private static void WriteRoundTrips(StatusHtml html, IReadOnlyList<StatusMinute> minutes)
    {
        StatusMinute? newest = minutes.LastOrDefault(static minute => minute.RoundTripP50Seconds is not null);
        double most = minutes.Max(static minute => minute.RoundTripP99Seconds) ?? 0;
        string words = newest is null
            ? "none measured yet"
            : $"half within {StatusText.Duration(newest.RoundTripP50Seconds)}, "
                + $"95 % within {StatusText.Duration(newest.RoundTripP95Seconds)}, "
                + $"99 % within {StatusText.Duration(newest.RoundTripP99Seconds)}";
        Begin(html, "Round trips", words);
        Line(html, "p99", minutes, static minute => minute.RoundTripP99Seconds, most);
        Line(html, "p95", minutes, static minute => minute.RoundTripP95Seconds, most);
        Line(html, "p50", minutes, static minute => minute.RoundTripP50Seconds, most);
        End(html, most == 0 ? "" : StatusText.Duration(most));
    }

    /// <summary>Broken where a minute has nothing.</summary>
    private static void Line(
        StatusHtml html, string kind, IReadOnlyList<StatusMinute> minutes, Func<StatusMinute, double?> value, double most)
    {
        bool isOpen = false;
        for (int i = 0; i < minutes.Count; i++)
        {
            if (value(minutes[i]) is not { } seconds)
            {
                html.RawIf(isOpen, "\"></polyline>");
                isOpen = false;
                continue;
            }

            double y = High - 2 - ((High - 4) * seconds / most);
            html.Raw(isOpen ? " " : "<polyline class=\"").RawIf(!isOpen, kind).RawIf(!isOpen, "\" points=\"")
                .Number(i * Step).Raw(",").Number(y).Raw(" ").Number((i + 1) * Step).Raw(",").Number(y);
            isOpen = true;
        }

        html.RawIf(isOpen, "\"></polyline>");
    }

    private static void Begin(StatusHtml html, string heading, string words) => html
        .Raw("<figure><figcaption><strong>").Raw(heading).Raw("</strong> <span class=\"sub\">").Text(words)
        .Raw("</span></figcaption>\n")
        .Raw("<div class=\"plot\"><svg viewBox=\"0 0 600 56\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"")
        .Text($"{heading} over the last hour: {words}").Raw("\"><line class=\"base\" x1=\"0\" y1=\"56\" x2=\"600\" y2=\"56\"></line>");

    private static void End(StatusHtml html, string top) => html
        .Raw("</svg><span class=\"top\" aria-hidden=\"true\">").Text(top)
        .Raw("</span></div>\n")
        .Raw("<p class=\"axis\" aria-hidden=\"true\"><span>1 h ago</span><span>30 min</span><span>now</span></p></figure>\n");

    private static string Before(StatusMinute minute) =>
        minute.StartedSecondsAgo < 60 ? "in this minute" : $"{Math.Floor(minute.StartedSecondsAgo / 60):0} min ago";
}
