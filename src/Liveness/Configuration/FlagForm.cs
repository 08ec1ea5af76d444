namespace Liveness;

/// <summary>Yes or no.</summary>
internal sealed class FlagForm : SettingForm<bool>
{
    private static readonly string[] s_yes = ["yes", "y", "on", "1", "enabled"];
    private static readonly string[] s_no = ["no", "n", "off", "0", "disabled"];

    public override string Allowed => "true or false";

    public override string? Parse(string text, out bool value)
    {
        string trimmed = text.Trim();
        return bool.TryParse(trimmed, out value) ? null
            : s_yes.Contains(trimmed, StringComparer.OrdinalIgnoreCase) ? Refuse(text, "Did you mean true?")
            : s_no.Contains(trimmed, StringComparer.OrdinalIgnoreCase) ? Refuse(text, "Did you mean false?")
            : Refuse(text, "");
    }

    public override string Write(bool value) => value ? "true" : "false";
}
