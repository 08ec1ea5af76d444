using System.Globalization;
using System.Text.RegularExpressions;

namespace Liveness;

/// <summary>Whole numbers as people write them who know another file format.</summary>
internal static partial class NumberText
{
    private static readonly (string Unit, long Factor)[] s_units =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30),
        ("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30),
        ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30),
    ];

    /// <summary>Of "64K", "65_536", "65,536", "0x10000", "65536.0" and "6e4".</summary>
    /// <returns>Null = no number.</returns>
    public static long? Meant(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            bool isHex = long.TryParse(trimmed.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex);
            return isHex ? hex : null;
        }

        (string unit, long factor) = s_units.FirstOrDefault(
            one => trimmed.EndsWith(one.Unit, StringComparison.OrdinalIgnoreCase), ("", 1));
        string digits = trimmed[..^unit.Length].TrimEnd();
        string plain = Grouped().IsMatch(digits) ? Separators().Replace(digits, "") : digits;
        const NumberStyles style = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign;
        bool isNumber = decimal.TryParse(plain, style, CultureInfo.InvariantCulture, out decimal number);
        return isNumber && Math.Abs(number) < int.MaxValue && number * factor == decimal.Truncate(number * factor)
            ? (long)(number * factor)
            : null;
    }

    [GeneratedRegex(@"^\d{1,3}([,_ '.]\d{3})+$")]
    private static partial Regex Grouped();

    [GeneratedRegex("[,_ '.]")]
    private static partial Regex Separators();
}
