using System.Text.Json;

namespace Liveness.Tool.Advise;

/// <summary>
/// What a process says of itself, in either form: the JSON of its status page, or its metrics as Prometheus gets them. Pure.
/// </summary>
internal static class AdviceReader
{
    private const int KnownVersion = 1;

    /// <param name="source">For messages.</param>
    /// <param name="text">What it said.</param>
    /// <exception cref="ToolException">It is neither.</exception>
    public static AdviceSource Read(string source, string text) =>
        new(source, text.AsSpan().TrimStart().StartsWith("{") ? OfStatusPage(source, text) : MetricsText.Read(source, text));

    private static IReadOnlyList<NamedAdvice> OfStatusPage(string source, string text)
    {
        StatusDocument? page;
        try
        {
            page = JsonSerializer.Deserialize(text, AdviseJsonContext.Default.StatusDocument);
        }
        catch (JsonException exception)
        {
            throw new ToolException($"{source} is no status page of Liveness: {exception.Message}", ExitCodes.NoSuchTarget);
        }

        return page switch
        {
            { Version: KnownVersion, Advice: { } advice } when advice.Contains(null!) => throw new ToolException(
                $"{source} is no status page of Liveness: an advice in it is null.", ExitCodes.NoSuchTarget),
            { Version: KnownVersion, Advice: { } advice } => advice,
            { Version: KnownVersion } => throw new ToolException(
                $"{source} tells no advice: its Liveness.AspNetCore is older than this tool.", ExitCodes.NoSuchTarget),
            _ => throw new ToolException(
                $"{source} is in version {page?.Version} of the status page's JSON, and this tool knows {KnownVersion}: update it.",
                ExitCodes.NoSuchTarget),
        };
    }
}
