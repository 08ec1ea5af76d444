using System.Globalization;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>Makes an interpolated text that is the same in every culture, and may be written in several pieces.</summary>
[InterpolatedStringHandler]
internal ref struct InvariantText
{
    private DefaultInterpolatedStringHandler _text;

    /// <param name="literalLength">Given by the compiler, as the other.</param>
    /// <param name="formattedCount">Of the holes.</param>
    public InvariantText(int literalLength, int formattedCount) =>
        _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture);

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public void AppendFormatted<T>(T value, string? format) => _text.AppendFormatted(value, format);

    /// <summary>Once: nothing is left.</summary>
    public string Take() => _text.ToStringAndClear();
}
