using Microsoft.Extensions.Logging;

namespace Liveness.Tests.ForeignCode;

/// <summary>Does something else in one of its members.</summary>
internal sealed class MisbehavingLogger : ILogger
{
    public Action? InLog { get; init; }

    public Action? InIsEnabled { get; init; }

    /// <summary>As an enricher does, that looks at each value.</summary>
    public Action? InFormatting { get; init; }

    public int Calls { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        InLog?.Invoke();
        return null;
    }

    public bool IsEnabled(LogLevel logLevel)
    {
        Calls++;
        InIsEnabled?.Invoke();
        return true;
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Calls++;
        InLog?.Invoke();
        if (InFormatting is not null)
        {
            InFormatting();
            formatter(state, exception);
        }
    }
}
