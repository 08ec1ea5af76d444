namespace Liveness.AspNetCore;

/// <summary>A loss: one line, which opens to a card.</summary>
internal static class LossHtml
{
    public static void Write(StatusHtml html, StatusLoss loss)
    {
        html.Raw("<li data-key=\"l").Number(loss.ConnectionId).Raw("\"><details><summary class=\"row\">")
            .Raw("<span class=\"when\"><span class=\"ago\">").Text(StatusText.Ago(loss.AgeSeconds)).Raw("</span></span>")
            .Badge("bad", StatusWords.Of(loss.Diagnosis))
            .Raw("<span class=\"who\"><strong>").Foreign(StatusText.Name(loss.Name)).Raw("</strong>");
        WriteOwnId(html, loss.OwnId);
        html.Raw(" <span class=\"sub\">").Foreign(loss.Description).Raw("</span></span><span class=\"silence\">silent for ")
            .Text(StatusText.Silence(loss.SilenceSeconds, loss.BoundSeconds)).Raw("</span></summary>\n")
            .Raw("<div class=\"card\"><p class=\"what\">")
            .Text(loss.Text is { } text
                ? StatusText.WithoutType(text, loss.Type)
                : $"{StatusWords.Of(loss.Type)}. What was measured is kept of the newest losses only.")
            .Raw("</p><dl class=\"facts\">")
            .Fact("Diagnosis", $"{StatusWords.Of(loss.Diagnosis)} ({loss.Certainty.ToLowerInvariant()})")
            .Fact("Seen as", StatusWords.Of(loss.Type))
            .Fact("Lost at", StatusText.Moment(loss.DetectedAt))
            .Fact("Lasted", StatusText.Duration(loss.LastedSeconds))
            .Fact("Mode", StatusWords.Of(loss.Mode))
            .Fact("Connection", $"#{loss.ConnectionId}");
        if (loss.IncidentId is { } incident)
        {
            html.Fact("Incident", incident);
        }

        html.Raw("</dl>");
        if (loss.Evidence is { Count: > 0 } evidence)
        {
            html.Raw("<h3>What was measured</h3><dl class=\"evidence\">");
            foreach (StatusFact fact in evidence)
            {
                html.Fact(fact.Label, fact.Text);
            }

            html.Raw("</dl>");
        }

        html.Raw("</div></details></li>");
    }

    public static void WriteOwnId(StatusHtml html, string? ownId)
    {
        if (ownId is not null)
        {
            html.Raw(" <span class=\"own\">").Foreign(ownId).Raw("</span>");
        }
    }
}
