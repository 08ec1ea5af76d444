namespace Liveness;

/// <summary>One of several names, in upper or lower case; no number, which means nothing to whoever reads the file.</summary>
internal sealed class ChoiceForm<T> : SettingForm<T>, IChoiceForm
    where T : struct, Enum
{
    public IReadOnlyList<string> Names { get; } = Enum.GetNames<T>();

    public override string Allowed
    {
        get
        {
            string[] quoted = [.. Names.Select(name => $"\"{name}\"")];
            return $"{string.Join(", ", quoted[..^1])} or {quoted[^1]}";
        }
    }

    public override string? Parse(string text, out T value)
    {
        string trimmed = text.Trim();
        value = default;
        if (Names.FirstOrDefault(name => name.Equals(trimmed, StringComparison.OrdinalIgnoreCase)) is not { } known)
        {
            return Refuse(text, Nearest.Of(trimmed, Names) is { } near ? $"Did you mean \"{near}\"?" : "");
        }

        value = Enum.Parse<T>(known);
        return null;
    }

    public override string Write(T value) => value.ToString();
}
