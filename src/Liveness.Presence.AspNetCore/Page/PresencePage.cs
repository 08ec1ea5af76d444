using System.Security.Cryptography;
using System.Text;

namespace Liveness.Presence.AspNetCore;

/// <summary>The page, from top to bottom. It has no script; its policy allows its own style and nothing else.</summary>
internal static class PresencePage
{
    private static readonly string s_style = Style();

    /// <summary>By hash: no inline attribute is allowed.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(s_style)))}'; "
        + "img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public static string Render(PresenceReport report)
    {
        PageHtml html = new();
        html.Raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Raw("<meta name=\"robots\" content=\"noindex\">\n<title>").Text(report.Title)
            .RawIf(report.Application.Length > 0, " · ").Text(report.Application)
            .Raw("</title>\n<link rel=\"icon\" href=\"data:,\">\n")
            .RawIf(report.Search.Length == 0, "<meta http-equiv=\"refresh\" content=\"5\">\n")
            .Raw("<style>").Raw(s_style).Raw("</style>\n</head>\n<body>\n<header><h1>").Text(report.Title).Raw("</h1><p class=\"sub\">")
            .Foreign(report.Application).Raw(" · as of ").Moment(report.GeneratedAt).Raw("</p></header>\n<main>\n");
        if (report.Failure is { } failure)
        {
            html.Raw("<p class=\"failure\" role=\"alert\">").Text(failure).Raw("</p>\n");
        }

        WriteSearch(html, report);
        WriteGateways(html, report.Gateways);
        html.Raw("</main>\n<footer><p>Read-only. Times are by the clock of the store. <a href=\"?q=")
            .Text(Uri.EscapeDataString(report.Search)).Raw("&amp;format=json\">The same as JSON</a></p></footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void WriteSearch(PageHtml html, PresenceReport report)
    {
        html.Raw("<form method=\"get\" role=\"search\" aria-label=\"Devices\"><label for=\"q\">Find a device of the whole fleet</label>"
            + "<input id=\"q\" name=\"q\" type=\"search\" maxlength=\"129\" autocomplete=\"off\" spellcheck=\"false\" "
            + "placeholder=\"Its key, or how it begins: meter 47*\" value=\"")
            .Text(report.Search).Raw("\"><button type=\"submit\">Find</button></form>\n");
        if (report.Search.Length == 0)
        {
            return;
        }

        if (report.Devices.Count == 0)
        {
            html.Raw("<p class=\"empty\">").Raw(report.Failure is null ? "Nothing is known of such a device." : "Nothing was found.")
                .Raw("</p>\n");
            return;
        }

        html.Raw("<section aria-labelledby=\"devices\"><h2 id=\"devices\">Devices</h2>\n<table>\n<thead><tr>"
            + "<th scope=\"col\">Key</th><th scope=\"col\">Status</th><th scope=\"col\">Gateway</th><th scope=\"col\">Since</th>"
            + "<th scope=\"col\">Remote</th><th scope=\"col\">Last loss</th></tr></thead>\n<tbody>\n");
        foreach (ReportedDevice device in report.Devices)
        {
            WriteDevice(html, device);
        }

        html.Raw("</tbody></table>\n");
        if (report.HasMore)
        {
            html.Raw("<p class=\"sub\">There are more than these ").Count(report.Devices.Count).Raw(": type more of the key.</p>\n");
        }

        html.Raw("</section>\n");
    }

    private static void WriteDevice(PageHtml html, ReportedDevice device)
    {
        (string tone, string text) = device.Status switch
        {
            PresenceStatus.Connected => ("good", "Connected"),
            PresenceStatus.GatewaySilent => ("warn", "Unknown: gateway silent"),
            _ => ("off", "Disconnected"),
        };
        html.Raw("<tr><th scope=\"row\">").Foreign(device.Key).Raw("</th><td>").Badge(tone, text).Raw("</td><td>").Foreign(device.Gateway)
            .Raw("</td><td>").Moment(device.Since).Raw("</td><td>").Foreign(device.Remote).Raw("</td><td>");
        if (device.LastLoss is { } loss)
        {
            html.Moment(loss.At).Raw(" ").Foreign(loss.Type).Raw(" ").Text(loss.Diagnosis.ToString()).Raw(" at ").Foreign(loss.Gateway);
        }
        else
        {
            html.Raw("–");
        }

        html.Raw("</td></tr>\n");
    }

    private static void WriteGateways(PageHtml html, IReadOnlyList<ReportedGateway> gateways)
    {
        html.Raw("<section aria-labelledby=\"gateways\"><h2 id=\"gateways\">Gateways</h2>\n");
        if (gateways.Count == 0)
        {
            html.Raw("<p class=\"empty\">No gateway is registered.</p></section>\n");
            return;
        }

        html.Raw("<table>\n<thead><tr><th scope=\"col\">Gateway</th><th scope=\"col\">Status</th><th scope=\"col\">Last heard of</th>"
            + "<th scope=\"col\">Devices</th><th scope=\"col\">Registered</th></tr></thead>\n<tbody>\n");
        foreach (ReportedGateway gateway in gateways)
        {
            string tone = gateway.Status switch { GatewayStatus.Alive => "good", GatewayStatus.Resyncing => "warn", _ => "bad" };
            html.Raw("<tr><th scope=\"row\">").Foreign(gateway.Gateway).Raw("</th><td>").Badge(tone, gateway.Status.ToString())
                .Raw("</td><td>").Text(PresenceText.Seconds(TimeSpan.FromSeconds(Math.Round(gateway.LeaseAgeSeconds, 1))))
                .Raw(" ago</td><td>");
            if (gateway.Connections is { } connections)
            {
                html.Count(connections);
            }
            else
            {
                html.Raw("unknown");
            }

            html.Raw("</td><td>").Moment(gateway.RegisteredAt).Raw("</td></tr>\n");
        }

        html.Raw("</tbody></table></section>\n");
    }

    private static string Style()
    {
        using Stream stream = typeof(PresencePage).Assembly.GetManifestResourceStream("page.css")!;
        using StreamReader reader = new(stream, Encoding.UTF8);

        // The parser of HTML makes one line break of two characters, and the hash is of what it sees.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
