namespace Liveness;

/// <summary>What may be left open, so that it follows from something else.</summary>
/// <param name="form">Of what is not left open.</param>
internal sealed class OptionalForm<T>(SettingForm<T> form) : SettingForm<T?>, IOptionalForm
    where T : struct
{
    public SettingForm Form => form;

    public override string Allowed => form.Allowed;

    public override string? Parse(string text, out T? value)
    {
        value = null;
        if (text.Length == 0)
        {
            // How an environment variable says null.
            return null;
        }

        string? problem = form.Parse(text, out T parsed);
        value = parsed;
        return problem;
    }

    public override string Write(T? value) => value is { } known ? form.Write(known) : "null";
}
