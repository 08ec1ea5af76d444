using System.Diagnostics.CodeAnalysis;
using Liveness;
using Liveness.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps a page that shows the connections of an <see cref="ILivenessFactory"/>, and what became of those that were lost.</summary>
public static class LivenessStatusEndpointExtensions
{
    /// <summary>
    /// Maps a read-only status page, and the same as JSON for <c>?format=json</c> or an Accept header that prefers application/json. The
    /// JSON carries a version (1 now): under the same number properties may be added, and none changes or goes.
    /// </summary>
    /// <remarks>The page shows addresses and (escaped) text of peers to everyone who can open it: add <c>.RequireAuthorization()</c> unless
    /// the port is private. Answers GET and HEAD, loads nothing from elsewhere, and is never cached. Search, filters, order and page are
    /// part of the address, so that they work without scripts and can be passed on. Once the host has started, losses and the round trips
    /// of at most 10,000 connections are noted every 5 s, for the last hour in buckets; of the oldest 2,000 connections the last 60 round
    /// trips are kept. That takes at most 2 MB.</remarks>
    /// <param name="endpoints">The endpoints of your application.</param>
    /// <param name="pattern">The path of the page.</param>
    /// <param name="configure">Sets options; null, the default, sets none.</param>
    /// <returns>A builder for conventions such as RequireAuthorization.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> or <paramref name="pattern"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range. The message names each such option.</exception>
    /// <exception cref="InvalidOperationException">The container has no <see cref="ILivenessFactory"/>: the message says what to
    /// call.</exception>
    /// <example>
    /// <code>
    /// app.MapLivenessStatus("/liveness");
    /// </code>
    /// </example>
    public static IEndpointConventionBuilder MapLivenessStatus(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern = "/liveness",
        Action<LivenessStatusOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        LivenessStatusOptions options = new();
        configure?.Invoke(options);
        options.Validate(nameof(configure));
        IServiceProvider services = endpoints.ServiceProvider;
        ILivenessFactory factory = RequiredServices.Factory(services, nameof(MapLivenessStatus));
        TimeProvider timeProvider = services.GetRequiredService<TimeProvider>();
        RoundTripHistory history = new();
        string application = services.GetService<IHostEnvironment>()?.ApplicationName ?? "";
        StatusReporter reporter = new(factory, history, new LastHour(timeProvider), options, timeProvider, application);
        StatusEndpoint endpoint = new(reporter);
        if (services.GetService<IHostApplicationLifetime>() is { } lifetime)
        {
            lifetime.ApplicationStarted.Register(() =>
            {
                ITimer timer = ForeignTime.Every(options.SampleEvery, timeProvider, reporter.Sample);
                lifetime.ApplicationStopping.Register(timer.Dispose);
            });
        }

        return endpoints.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)endpoint.AnswerAsync)
            .WithDisplayName("Liveness status");
    }
}
