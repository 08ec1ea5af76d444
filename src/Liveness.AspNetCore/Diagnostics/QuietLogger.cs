using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.AspNetCore;

/// <summary>A logger that never throws: what a provider does costs its line, and no connection.</summary>
internal sealed class QuietLogger(ILogger inner) : ILogger
{
    /// <summary>Logs nowhere where there is no factory, or one that makes no loggers any more.</summary>
    public static ILogger Of(IServiceProvider services)
    {
        try
        {
            return services.GetService<ILoggerFactory>()?.CreateLogger(AspNetCore.Log.Category) is { } logger
                ? new QuietLogger(logger)
                : NullLogger.Instance;
        }
        catch (Exception failure)
        {
            Debug.WriteLine(failure.GetType());
            return NullLogger.Instance;
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel)
    {
        try
        {
            return inner.IsEnabled(logLevel);
        }
        catch (Exception failure)
        {
            // Of any type: filters are code of others.
            Debug.WriteLine(failure.GetType());
            return false;
        }
    }

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        try
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
        }
        catch (Exception failure)
        {
            // Of any type: a disk that is full, a provider that is disposed.
            Debug.WriteLine(failure.GetType());
        }
    }
}
