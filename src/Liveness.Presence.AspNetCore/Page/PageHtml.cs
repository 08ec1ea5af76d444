using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Liveness.Presence.AspNetCore;

/// <summary>HTML under construction. Only constants go in by <see cref="Raw"/>.</summary>
internal sealed class PageHtml
{
    /// <summary>Everything beyond Latin is escaped, and everything that means something to HTML.</summary>
    private static readonly HtmlEncoder s_encoder = HtmlEncoder.Create(UnicodeRanges.BasicLatin, UnicodeRanges.Latin1Supplement);

    private readonly StringBuilder _text = new(16 * 1024);

    public PageHtml Raw(string constant)
    {
        _text.Append(constant);
        return this;
    }

    /// <summary>Where it holds.</summary>
    public PageHtml RawIf(bool condition, string constant) => condition ? Raw(constant) : this;

    /// <summary>Escaped, for text and for attributes in quotes.</summary>
    public PageHtml Text(string text)
    {
        _text.Append(s_encoder.Encode(text));
        return this;
    }

    /// <summary>A text of others, which must not turn around what stands beside it; a dash where there is none.</summary>
    public PageHtml Foreign(string? text) => Raw("<bdi>").Text(text ?? "–").Raw("</bdi>");

    /// <summary>For people: 5,000.</summary>
    public PageHtml Count(long number) => Text(number.ToString("N0", CultureInfo.InvariantCulture));

    public PageHtml Moment(DateTimeOffset? when) =>
        Text(when?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "–");

    /// <summary>A status with its mark, so that it can be told without colours.</summary>
    public PageHtml Badge(string tone, string text) => Raw("<span class=\"badge ").Raw(tone)
        .Raw("\"><span class=\"mark\" aria-hidden=\"true\"></span>").Text(text).Raw("</span>");

    public override string ToString() => _text.ToString();
}
