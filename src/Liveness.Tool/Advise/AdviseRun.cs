namespace Liveness.Tool.Advise;

/// <summary>Asks one process after the other, and tells what they advise.</summary>
internal sealed class AdviseRun(IReadOnlyList<string> sources, bool json, TextReader input, TextWriter output)
{
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">One of them can't be asked.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        AdviceFetcher fetcher = new(input);
        List<AdviceSource> found = [];
        foreach (string source in sources)
        {
            found.Add(await fetcher.FetchAsync(source, stop).ConfigureAwait(false));
        }

        await output.WriteAsync(json ? AdviceReport.Json(found) + "\n" : AdviceReport.Text(found)).ConfigureAwait(false);
        return found.SelectMany(static one => one.Advice).Any(static one => one.IsTooShort) ? ExitCodes.Found
            : found.Any(static one => one.Advice.Count == 0) ? ExitCodes.Partial
            : ExitCodes.Ok;
    }
}
