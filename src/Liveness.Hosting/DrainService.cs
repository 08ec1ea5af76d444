using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Liveness.Hosting;

/// <summary>Drains the factory before the first service of the host is stopped: a server that stops first would cut its connections off, or
/// wait for them.</summary>
internal sealed class DrainService(IServiceProvider services, IOptions<DrainOptions> options) : IHostedLifecycleService
{
    private ILivenessFactory? _factory;

    /// <exception cref="InvalidOperationException">The container has no factory.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _factory = services.GetService<ILivenessFactory>() ?? throw new InvalidOperationException(
            "AddLivenessDrain needs an ILivenessFactory, and the container has none. Call services.AddLiveness(...), too.");
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        _factory?.DrainAsync(options.Value, cancellationToken) ?? Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
