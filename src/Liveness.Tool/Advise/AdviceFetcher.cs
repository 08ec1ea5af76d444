namespace Liveness.Tool.Advise;

/// <summary>Gets what a process says of itself: from its address, from a file, or from standard input.</summary>
internal sealed class AdviceFetcher(TextReader input)
{
    public const string StandardInput = "-";

    private const int MostBytes = 64 * 1024 * 1024;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <exception cref="ToolException">It can't be had.</exception>
    public async Task<AdviceSource> FetchAsync(string source, CancellationToken stop)
    {
        try
        {
            string text = source == StandardInput ? await input.ReadToEndAsync(stop).ConfigureAwait(false)
                : AddressOf(source) is { } address ? await GetAsync(source, address, stop).ConfigureAwait(false)
                : await File.ReadAllTextAsync(source, stop).ConfigureAwait(false);
            return AdviceReader.Read(source, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or HttpRequestException
            or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            throw new ToolException($"{source} can't be read: {exception.Message}", ExitCodes.NoSuchTarget);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new ToolException($"{source} did not answer within {s_patience.TotalSeconds} s.", ExitCodes.NoSuchTarget);
        }
    }

    private static Uri? AddressOf(string source) =>
        Uri.TryCreate(source, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" ? address : null;

    private static async Task<string> GetAsync(string source, Uri address, CancellationToken stop)
    {
        // The page in brief; whoever serves metrics has no use for it.
        UriBuilder builder = new(address);
        builder.Query = builder.Query.Length > 1 ? builder.Query : "format=json&rows=1";
        using HttpClient client = new() { Timeout = s_patience, MaxResponseContentBufferSize = MostBytes };
        using HttpResponseMessage answer = await client.GetAsync(builder.Uri, stop).ConfigureAwait(false);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false)
            : throw new ToolException(
                $"{source} answers {(int)answer.StatusCode}: give the address of a status page (MapLivenessStatus) or of metrics.",
                ExitCodes.NoSuchTarget);
    }
}
