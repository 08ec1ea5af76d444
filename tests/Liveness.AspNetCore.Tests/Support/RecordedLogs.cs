using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests;

/// <summary>Keeps what every category logged.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> _entries = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>What an operator would be woken by.</summary>
    public IEnumerable<Entry> Errors => _entries.Where(entry => entry.Level >= LogLevel.Error);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    public sealed record Entry(string Category, LogLevel Level, string? EventName, string Text)
    {
        public override string ToString() => $"{Level} {Category} {EventName}: {Text}";
    }

    private sealed class Logger(RecordedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            logs._entries.Enqueue(new Entry(category, logLevel, eventId.Name, $"{formatter(state, exception)} {exception}"));
    }
}
