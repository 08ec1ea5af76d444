using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests;

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordingLogger : ILogger
{
    private readonly ConcurrentQueue<Entry> _entries = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _told = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>What lies below is not wanted.</summary>
    public LogLevel Least { get; set; } = LogLevel.Debug;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _entries.Enqueue(new Entry(logLevel, eventId.Name, formatter(state, exception), exception));
        Told(eventId.Name ?? "").TrySetResult();
    }

    /// <summary>Lines are written in a lane of their own, a moment later.</summary>
    public Task FirstAsync(string eventName) => Told(eventName).Task.WaitAsync(TimeSpan.FromMinutes(1));

    private TaskCompletionSource Told(string eventName) =>
        _told.GetOrAdd(eventName, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public sealed record Entry(LogLevel Level, string? EventName, string Text, Exception? Exception);
}
