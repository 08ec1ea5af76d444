namespace Liveness;

/// <summary>A text.</summary>
/// <param name="allowed">What it may be.</param>
internal sealed class TextForm(string allowed) : SettingForm<string?>
{
    public override string Allowed => allowed;

    /// <summary>Tells what is allowed; default everything.</summary>
    public Func<string, bool> IsAllowed { get; init; } = static _ => true;

    /// <summary>A text near to another that is not allowed; null = none.</summary>
    public Func<string, string?> Meant { get; init; } = static _ => null;

    /// <summary>The same as a regular expression, for editors; null = everything.</summary>
    public string? Pattern { get; init; }

    /// <summary>A number will do: it is what the text consists of.</summary>
    public bool MayBeNumber { get; init; }

    /// <summary>Neither a message nor a log shows it.</summary>
    public bool IsSecret { get; init; }

    public override string? Parse(string text, out string? value)
    {
        value = text;
        return IsAllowed(text) ? null : Refuse(text, Meant(text) is { } meant ? $"Did you mean \"{meant}\"?" : "");
    }

    public override string Write(string? value) => value is null ? "null" : IsSecret ? "(set)" : value;
}
