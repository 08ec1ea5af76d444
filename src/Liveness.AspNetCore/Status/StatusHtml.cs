using System.Globalization;
using System.Text;

namespace Liveness.AspNetCore;

/// <summary>HTML under construction. Only constants go in by <see cref="Raw"/>.</summary>
internal sealed class StatusHtml
{
    private readonly StringBuilder _text = new(16 * 1024);

    public StatusHtml Raw(string constant)
    {
        _text.Append(constant);
        return this;
    }

    /// <summary>Escaped, for text and for attributes in quotes.</summary>
    public StatusHtml Text(string text)
    {
        _text.Append(StatusPage.Encoder.Encode(text));
        return this;
    }

    public StatusHtml Number(double number)
    {
        _text.Append(number.ToString("0.###", CultureInfo.InvariantCulture));
        return this;
    }

    public override string ToString() => _text.ToString();
}
