namespace Liveness;

/// <summary>What may stand for a setting in a configuration. Texts are checked by it, messages quote it, and the JSON schema is written
/// from it.</summary>
internal abstract class SettingForm
{
    /// <summary>In the spelling of JSON, to follow "must be".</summary>
    public abstract string Allowed { get; }
}

/// <inheritdoc/>
internal abstract class SettingForm<T> : SettingForm
{
    /// <param name="text">Of the configuration.</param>
    /// <param name="value">Set where nothing is wrong.</param>
    /// <returns>What is wrong, to follow the setting's name; null = nothing.</returns>
    public abstract string? Parse(string text, out T value);

    /// <summary>In the spelling of a configuration; no secret.</summary>
    public abstract string Write(T value);

    /// <param name="text">That is not allowed.</param>
    /// <param name="cure">A sentence; empty = none is known.</param>
    /// <param name="kind">What it must be at all, where it is not even that.</param>
    protected string Refuse(string text, string cure, string kind = "") =>
        $"is {QuotedText.Of(text)}, but must be {(kind.Length == 0 ? "" : kind + ", ")}{Allowed}.{(cure.Length == 0 ? "" : " " + cure)}";
}
