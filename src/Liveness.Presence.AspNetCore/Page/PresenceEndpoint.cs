using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Liveness.Presence.AspNetCore;

/// <summary>Answers a request with the page or with the JSON.</summary>
internal sealed class PresenceEndpoint(PresenceReporter reporter)
{
    public async Task AnswerAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.Vary = HeaderNames.Accept;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = PresencePage.ContentSecurityPolicy;
        PresenceSearch search = PresenceSearch.Of(context.Request.Query["q"]);
        PresenceReport report = await reporter.ReportAsync(search, context.RequestAborted).ConfigureAwait(false);
        bool isJson = WantsJson(context.Request);
        byte[] body = isJson ? JsonSerializer.SerializeToUtf8Bytes(report, PresenceJson.Default.PresenceReport)
            : Encoding.UTF8.GetBytes(PresencePage.Render(report));
        context.Response.StatusCode = report.Failure is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = isJson ? "application/json; charset=utf-8" : "text/html; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>The query decides; else what the client likes best of the two, a browser the page.</summary>
    private static bool WantsJson(HttpRequest request)
    {
        if (request.Query.TryGetValue("format", out Microsoft.Extensions.Primitives.StringValues format))
        {
            return string.Equals(format, "json", StringComparison.OrdinalIgnoreCase);
        }

        return MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out IList<MediaTypeHeaderValue>? accepted)
            && Quality(accepted, "application/json") > Quality(accepted, "text/html");
    }

    /// <summary>Wildcards say nothing of either.</summary>
    private static double Quality(IList<MediaTypeHeaderValue> accepted, string mediaType) =>
        accepted.Where(value => value.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            .Select(value => value.Quality ?? 1)
            .DefaultIfEmpty(0)
            .Max();
}
