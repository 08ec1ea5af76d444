namespace Liveness;

/// <summary>
/// One setting of <see cref="LivenessOptions"/> as a configuration has it: where it stands there, how its text is read and how it is
/// written.
/// </summary>
/// <param name="path">From the section that is bound.</param>
internal abstract class Setting(string path)
{
    public string Path { get; } = path;

    /// <param name="options">Set, unless something is wrong.</param>
    /// <param name="text">Null = the default, as it is written in JSON.</param>
    /// <returns>What is wrong, to follow the setting's name; null = nothing.</returns>
    public abstract string? TrySet(LivenessOptions options, string? text);

    /// <summary>In the spelling of a configuration; no secret.</summary>
    public abstract string Text(LivenessOptions options);

    public abstract bool IsSame(LivenessOptions left, LivenessOptions right);
}

/// <inheritdoc/>
internal sealed class Setting<T>(
    string path, Func<LivenessOptions, T> get, Action<LivenessOptions, T> set, SettingParser<T> parse, Func<T, string> write)
    : Setting(path)
{
    private static readonly LivenessOptions s_defaults = new();

    public override string? TrySet(LivenessOptions options, string? text)
    {
        T value = get(s_defaults);
        if (text is not null && parse(text, out value) is { } problem)
        {
            return problem;
        }

        set(options, value);
        return null;
    }

    public override string Text(LivenessOptions options) => write(get(options));

    public override bool IsSame(LivenessOptions left, LivenessOptions right) => EqualityComparer<T>.Default.Equals(get(left), get(right));
}

/// <summary>Reads the text of a setting.</summary>
/// <returns>What is wrong; null = nothing.</returns>
internal delegate string? SettingParser<T>(string text, out T value);
