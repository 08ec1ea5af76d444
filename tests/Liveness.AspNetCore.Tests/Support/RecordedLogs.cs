using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests;

/// <summary>Keeps what every category logged.</summary>
internal sealed class RecordedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> _entries = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _told = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>What an operator would be woken by.</summary>
    public IEnumerable<Entry> Errors => _entries.Where(entry => entry.Level >= LogLevel.Error);

    /// <summary>The library's own lines are written in a lane of their own, a moment later.</summary>
    public Task FirstAsync(string eventName) => Told(eventName).Task;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private TaskCompletionSource Told(string eventName) =>
        _told.GetOrAdd(eventName, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public sealed record Entry(string Category, LogLevel Level, string? EventName, string Text)
    {
        public override string ToString() => $"{Level} {Category} {EventName}: {Text}";
    }

    private sealed class Logger(RecordedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            logs._entries.Enqueue(new Entry(category, logLevel, eventId.Name, $"{formatter(state, exception)} {exception}"));
            logs.Told(eventId.Name ?? "").TrySetResult();
        }
    }
}
