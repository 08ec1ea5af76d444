using System.Collections.Concurrent;
using System.IO.Enumeration;
using Microsoft.Extensions.Logging;

namespace Liveness.Presence.Tests.Support;

/// <summary>Keeps the lines of presence.</summary>
internal sealed class ListLogger : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(string Event, string Text)> _lines = new();

    public IReadOnlyCollection<(string Event, string Text)> Lines => _lines;

    public ILogger CreateLogger(string categoryName) =>
        categoryName == PresenceLog.Category ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId.Name!, formatter(state, exception)));

    /// <param name="event">By its name.</param>
    /// <param name="words">That it has; * stands for anything.</param>
    public async Task<string> FirstAsync(string @event, string words = "*")
    {
        using CancellationTokenSource tooLate = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (_lines.FirstOrDefault(line => line.Event == @event && FileSystemName.MatchesSimpleExpression(words, line.Text)) is { Text: { } text })
            {
                return text;
            }

            tooLate.IsCancellationRequested.Should().BeFalse($"{@event} should have been logged, with {words}");
            await Task.Delay(20);
        }
    }

    public void Dispose()
    {
    }
}
