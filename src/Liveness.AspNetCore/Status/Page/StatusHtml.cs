using System.Globalization;
using System.Text;

namespace Liveness.AspNetCore;

/// <summary>HTML under construction. Only constants go in by <see cref="Raw"/>.</summary>
internal sealed class StatusHtml
{
    private readonly StringBuilder _text = new(64 * 1024);

    public StatusHtml Raw(string constant)
    {
        _text.Append(constant);
        return this;
    }

    /// <summary>Where it holds.</summary>
    public StatusHtml RawIf(bool condition, string constant) => condition ? Raw(constant) : this;

    /// <summary>Escaped, for text and for attributes in quotes.</summary>
    public StatusHtml Text(string text)
    {
        _text.Append(StatusPage.Encoder.Encode(text));
        return this;
    }

    /// <summary>A text of others, which must not turn around what stands beside it.</summary>
    public StatusHtml Foreign(string text) => Raw("<bdi>").Text(text).Raw("</bdi>");

    public StatusHtml Number(double number)
    {
        _text.Append(number.ToString("0.###", CultureInfo.InvariantCulture));
        return this;
    }

    /// <summary>For people: 5,000.</summary>
    public StatusHtml Count(long number) => Text(StatusText.Count(number));

    /// <summary>To another view of the page.</summary>
    /// <param name="query">Of that view.</param>
    /// <param name="place">Where to look there; empty = at its top.</param>
    /// <param name="attributes">Further ones; constants.</param>
    public StatusHtml Link(StatusQuery query, string place = "", string attributes = "") =>
        Raw("<a href=\"").Text(StatusQueryText.Link(query) + place).Raw("\"").Raw(attributes).Raw(">");

    public StatusHtml Badge(string tone, string text) => Raw("<span class=\"badge ").Raw(tone)
        .Raw("\"><span class=\"mark\" aria-hidden=\"true\"></span>").Text(text).Raw("</span>");

    public StatusHtml Fact(string label, string value) =>
        Raw("<div><dt>").Text(label).Raw("</dt><dd>").Foreign(value).Raw("</dd></div>");

    public override string ToString() => _text.ToString();
}
