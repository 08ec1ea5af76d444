using System.Globalization;

namespace Liveness;

/// <summary>A whole number within limits.</summary>
/// <param name="least">The smallest.</param>
/// <param name="most">The largest; <see cref="int.MaxValue"/> = there is no limit here.</param>
/// <param name="unit">What it counts; empty = things.</param>
internal sealed class NumberForm(int least, int most, string unit = "") : SettingForm<int>
{
    public int Least { get; } = least;

    public int Most { get; } = most;

    public override string Allowed =>
        (Most == int.MaxValue ? $"{Write(Least)} or more" : $"{Write(Least)} to {Write(Most)}") + (unit.Length == 0 ? "" : " " + unit);

    public override string? Parse(string text, out int value)
    {
        const NumberStyles plain = NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite;
        if (int.TryParse(text, plain, CultureInfo.InvariantCulture, out value))
        {
            return value >= Least && value <= Most ? null : Refuse(text, "");
        }

        long? meant = NumberText.Meant(text);
        string cure = meant >= Least && meant <= Most ? $"Did you mean {Write((int)meant)}?" : "";
        return Refuse(text, cure, "a whole number");
    }

    public override string Write(int value) => value.ToString(CultureInfo.InvariantCulture);
}
