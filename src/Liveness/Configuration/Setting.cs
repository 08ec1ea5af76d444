namespace Liveness;

/// <summary>
/// One setting of <see cref="LivenessOptions"/> as a configuration has it: where it stands there, how its text is read and how it is
/// written.
/// </summary>
/// <param name="path">From the section that is bound.</param>
/// <param name="form">What may stand there.</param>
internal abstract class Setting(string path, SettingForm form)
{
    public string Path { get; } = path;

    public SettingForm Form { get; } = form;

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
    string path, SettingForm<T> form, Func<LivenessOptions, T> get, Action<LivenessOptions, T> set) : Setting(path, form)
{
    private static readonly LivenessOptions s_defaults = new();

    public override string? TrySet(LivenessOptions options, string? text)
    {
        T value = get(s_defaults);
        if (text is not null && form.Parse(text, out value) is { } problem)
        {
            return problem;
        }

        set(options, value);
        return null;
    }

    public override string Text(LivenessOptions options) => form.Write(get(options));

    public override bool IsSame(LivenessOptions left, LivenessOptions right) => EqualityComparer<T>.Default.Equals(get(left), get(right));
}
