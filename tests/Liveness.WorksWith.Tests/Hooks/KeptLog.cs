using Microsoft.Extensions.Logging;

namespace Liveness.WorksWith.Tests.Hooks;

/// <summary>Keeps the warnings of a category, as a client's own loggers are set.</summary>
internal sealed class KeptLog(string category) : ILoggerFactory, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _warnings = [];

    public string[] Warnings
    {
        get
        {
            lock (_lock)
            {
                return [.. _warnings];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => categoryName == category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lock)
        {
            if (logLevel == LogLevel.Warning)
            {
                _warnings.Add(formatter(state, exception));
            }
        }
    }

    public void Dispose()
    {
    }
}
