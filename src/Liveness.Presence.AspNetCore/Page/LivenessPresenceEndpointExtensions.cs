using System.Diagnostics.CodeAnalysis;
using Liveness.Presence;
using Liveness.Presence.AspNetCore;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps a page that shows the gateways of a fleet and finds its devices.</summary>
public static class LivenessPresenceEndpointExtensions
{
    /// <summary>
    /// Maps a read-only page with all gateways and a search over the devices of all of them, and the same as JSON for
    /// <c>?format=json</c> or an Accept header that prefers application/json. The JSON carries a version (1 now): under the same number
    /// properties may be added, and none changes or goes.
    /// </summary>
    /// <remarks>
    /// <para>The page shows keys, addresses and (escaped) text of peers to everyone who can open it: add <c>.RequireAuthorization()</c>
    /// unless the port is private. Answers GET and HEAD, has no script, loads nothing from elsewhere, and is never cached. Without a search
    /// it loads itself again every 5 s. While the store doesn't answer, the status is 503 and the page says why.</para>
    /// <para>A search for a whole key (<c>?q=meter 4711</c>) costs the store a handful of commands. A search that ends with an asterisk
    /// (<c>?q=meter 47*</c>) reads the parts of the gateways page by page until it has found
    /// <see cref="LivenessPresencePageOptions.MaxDevices"/> or <see cref="LivenessPresencePageOptions.AnswerWithin"/> is over; of
    /// disconnected devices it finds none.</para>
    /// </remarks>
    /// <param name="endpoints">The endpoints of your application.</param>
    /// <param name="pattern">The path of the page; the default is "/liveness/presence".</param>
    /// <param name="configure">Sets options; null, the default, sets none.</param>
    /// <returns>A builder for conventions such as RequireAuthorization.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="endpoints"/> or <paramref name="pattern"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is out of range. The message names each such option.</exception>
    /// <exception cref="InvalidOperationException">The container has no presence: the message says what to call.</exception>
    /// <example>
    /// <code>
    /// app.MapLivenessPresence("/fleet");
    /// </code>
    /// </example>
    public static IEndpointConventionBuilder MapLivenessPresence(
        this IEndpointRouteBuilder endpoints,
        [StringSyntax("Route")] string pattern = "/liveness/presence",
        Action<LivenessPresencePageOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        LivenessPresencePageOptions options = new();
        configure?.Invoke(options);
        options.Validate(nameof(configure));
        IServiceProvider services = endpoints.ServiceProvider;
        _ = RequiredPresence.Agent(services, nameof(MapLivenessPresence));
        PresenceReporter reporter = new(
            services.GetRequiredService<IPresence>(),
            options,
            services.GetRequiredService<TimeProvider>(),
            services.GetService<IHostEnvironment>()?.ApplicationName ?? "");
        return endpoints.MapMethods(
            pattern, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)new PresenceEndpoint(reporter).AnswerAsync)
            .WithDisplayName("Liveness presence");
    }
}
