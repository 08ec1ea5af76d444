using Microsoft.Extensions.DependencyInjection;

namespace Liveness.AspNetCore;

internal static class RequiredServices
{
    /// <exception cref="InvalidOperationException">There is none; says what to call.</exception>
    public static ILivenessFactory Factory(IServiceProvider services, string caller) => services.GetService<ILivenessFactory>()
        ?? throw new InvalidOperationException(
            $"{caller} needs an ILivenessFactory, and the container has none. Call builder.Services.AddLiveness(...) first.");
}
