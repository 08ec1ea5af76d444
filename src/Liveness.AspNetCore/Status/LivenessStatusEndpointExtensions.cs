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
    /// Maps a read-only status page, and the same as JSON for <c>?format=json</c> or an Accept header that prefers application/json.
    /// </summary>
    /// <remarks>It shows addresses, and text that came from peers (escaped), to whoever may open it: add <c>.RequireAuthorization()</c>
    /// unless the port is private. Answers GET and HEAD, loads nothing from elsewhere, and is never cached. Once the host has started,
    /// round trips are noted every 5 s for at most <see cref="LivenessStatusOptions.MaxConnections"/> connections, the last 60 of
    /// each.</remarks>
    /// <param name="endpoints">Of your application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="configure">Sets options; null = nothing.</param>
    /// <returns>For conventions such as RequireAuthorization.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> or <paramref name="pattern"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range; the message names all that are.</exception>
    /// <exception cref="InvalidOperationException">The container has no <see cref="ILivenessFactory"/>: the message says what to
    /// call.</exception>
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
        StatusReporter reporter = new(
            factory, history, options, timeProvider, services.GetService<IHostEnvironment>()?.ApplicationName ?? "");
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
