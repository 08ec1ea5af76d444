using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Liveness.AspNetCore;

/// <summary>Answers a request with the page or with the JSON.</summary>
internal sealed class StatusEndpoint(StatusReporter reporter)
{
    public async Task AnswerAsync(HttpContext context)
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.Vary = HeaderNames.Accept;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.ContentSecurityPolicy = StatusPage.ContentSecurityPolicy;
        bool isJson = WantsJson(context.Request);
        StatusReport report = reporter.Report(StatusQueryText.Parse(context.Request.Query), isPage: !isJson);
        byte[] body = isJson ? JsonSerializer.SerializeToUtf8Bytes(report, StatusJson.Default.StatusReport)
            : Encoding.UTF8.GetBytes(IsForScript(context.Request) ? StatusPage.RenderContent(report) : StatusPage.Render(report));
        context.Response.ContentType = isJson ? "application/json; charset=utf-8" : "text/html; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
        }
    }

    /// <summary>The page's own script has the rest already.</summary>
    private static bool IsForScript(HttpRequest request) =>
        string.Equals(request.Query["format"], "content", StringComparison.OrdinalIgnoreCase);

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
