using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Liveness.AspNetCore;

/// <summary>The page around its content: it holds its own style and script, and its policy allows these two and nothing else.</summary>
internal static class StatusPage
{
    private static readonly string s_style = Resource("page.css");
    private static readonly string s_script = Resource("page.js");

    /// <summary>By hash: the page has no nonce to leak, and no inline attribute is allowed.</summary>
    public static string ContentSecurityPolicy { get; } =
        $"default-src 'none'; style-src '{Hash(s_style)}'; script-src '{Hash(s_script)}'; connect-src 'self'; img-src data:; "
        + $"base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Everything beyond Latin is escaped, and everything that means something to HTML.</summary>
    public static HtmlEncoder Encoder { get; } = HtmlEncoder.Create(UnicodeRanges.BasicLatin, UnicodeRanges.Latin1Supplement);

    /// <summary>Without scripts it is loaded again as a whole, not so often that nobody can type a search.</summary>
    public static string Render(StatusReport report)
    {
        StatusHtml html = new();
        html.Raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n")
            .Raw("<meta name=\"robots\" content=\"noindex\">\n<title>").Text(report.Title)
            .RawIf(report.Application.Length > 0, " · ").Text(report.Application)
            .Raw("</title>\n<link rel=\"icon\" href=\"data:,\">\n")
            .Raw("<noscript><meta http-equiv=\"refresh\" content=\"30\"></noscript>\n<style>").Raw(s_style).Raw("</style>\n</head>\n");
        html.Raw("<body data-refresh-seconds=\"").Number(report.RefreshSeconds).Raw("\">\n");
        StatusBody.Write(html, report);
        html.Raw("<script>").Raw(s_script).Raw("</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    /// <summary>What the script puts in place of what is there.</summary>
    public static string RenderContent(StatusReport report)
    {
        StatusHtml html = new();
        StatusBody.Write(html, report);
        return html.ToString();
    }

    private static string Resource(string name)
    {
        using Stream stream = typeof(StatusPage).Assembly.GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream, Encoding.UTF8);

        // The parser of HTML makes one line break of two characters, and the hash is of what it sees.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Hash(string text) => $"sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
}
