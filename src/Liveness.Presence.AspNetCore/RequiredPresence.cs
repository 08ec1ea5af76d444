using Microsoft.Extensions.DependencyInjection;

namespace Liveness.Presence.AspNetCore;

internal static class RequiredPresence
{
    /// <exception cref="InvalidOperationException">There is none; says what to call.</exception>
    public static PresenceAgent Agent(IServiceProvider services, string caller) => services.GetService<PresenceAgent>()
        ?? throw new InvalidOperationException(
            $"{caller} needs presence, and the container has none. Call builder.Services.AddLivenessPresence(...) first.");
}
