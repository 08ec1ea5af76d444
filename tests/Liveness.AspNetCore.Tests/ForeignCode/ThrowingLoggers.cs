using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>Loggers of which every one throws, and a count of how often they did. Other categories than the library's
/// get loggers that do nothing: Kestrel's own are no business of ours.</summary>
internal sealed class ThrowingLoggers(LoggerFault fault) : ILoggerProvider, ILoggerFactory, ILogger
{
    private volatile bool _isDisposed;
    private int _thrown;

    public int Thrown => Volatile.Read(ref _thrown);

    public ILogger CreateLogger(string categoryName) => categoryName.StartsWith("Liveness", StringComparison.Ordinal)
        ? this
        : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose() => _isDisposed = true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        ThrowIf(fault == LoggerFault.Filter);
        return null;
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        ThrowIf(fault == LoggerFault.Filter);
        return true;
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        ThrowIf(text.Length > 0 && fault == LoggerFault.Line);
    }

    private void ThrowIf(bool isTime)
    {
        if (isTime || (fault == LoggerFault.Disposed && _isDisposed))
        {
            Interlocked.Increment(ref _thrown);
            throw new ObjectDisposedException(nameof(ThrowingLoggers), $"A logger throws: {fault}.");
        }
    }
}
