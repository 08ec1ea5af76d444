using Microsoft.Extensions.Logging;

namespace Liveness.Tests.DependencyInjection;

/// <summary>One recording logger for every category.</summary>
internal sealed class RecordingLoggers : ILoggerFactory, ILoggerProvider
{
    public RecordingLogger Logger { get; } = new();

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName) => Logger;

    public void Dispose()
    {
    }
}
