using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.SideChannel;

/// <summary>Keeps what was refused, as it was logged.</summary>
internal sealed class RecordingRefusals : ILogger
{
    private readonly ConcurrentQueue<string> _texts = new();

    public IReadOnlyCollection<string> Texts => _texts;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name is "SideRefused" or "SideWatchRefused" or "SideRefusalDetail")
        {
            _texts.Enqueue(formatter(state, exception));
        }
    }
}
