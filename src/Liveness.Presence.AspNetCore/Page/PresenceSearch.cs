namespace Liveness.Presence.AspNetCore;

/// <summary>What is looked for: a key, or, with an asterisk at its end, every key that begins so.</summary>
/// <param name="Text">As it was typed, without blanks at its ends.</param>
internal sealed record PresenceSearch(string Text)
{
    public const int LongestKey = 128;

    private const char Any = '*';

    public bool IsEmpty => Text.Length == 0;

    /// <summary>Null = one key only.</summary>
    public string? Prefix => Text.EndsWith(Any) ? Text[..^1] : null;

    /// <summary>Null = no device can have it.</summary>
    public string? Key => Text.Length is > 0 and <= LongestKey ? Text : null;

    /// <param name="text">Of the query; may be anything.</param>
    public static PresenceSearch Of(string? text)
    {
        string trimmed = (text ?? "").Trim();

        // A longer one finds nothing, and need not be shown whole.
        return new PresenceSearch(trimmed.Length <= LongestKey + 1 ? trimmed : trimmed[..(LongestKey + 2)]);
    }
}
