using Liveness.Testing;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests.ForeignCode;

#pragma warning disable LIV007 // What a process leaves undisposed is what is tried.

/// <summary>
/// A program that ends as soon as it has met a loss. Its logger takes its time, as one does that writes to a disk, and none once it is
/// disposed.
/// </summary>
internal static class EndAfterALoss
{
    public const string Command = "end-after-a-loss";

    public static async Task<int> RunAsync(LastAct act)
    {
        if (act == LastAct.ReturnsInAStorm)
        {
            SlowLines shared = new();
            await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => LoseAsync(shared)));

            // For the lines that are told at once. The others wait for a second.
            await Task.Delay(700);
            return 0;
        }

        SlowLines lines = new();
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(300), Logger = lines };
        InMemoryLink link = InMemoryLink.Create(TimeProvider.System);
        HeartbeatStream stream = new(link.Client, options);
        HeartbeatStream peer = new(link.Server, new HeartbeatOptions { DetectWithin = options.DetectWithin });
        await Task.WhenAll(stream.StartAsync(), peer.StartAsync());
        link.Cut();
        try
        {
            await stream.ReadExactlyAsync(new byte[1]);
        }
        catch (ConnectionLostException)
        {
            if (act == LastAct.Exits)
            {
                Environment.Exit(0);
            }

            if (act == LastAct.Disposes)
            {
                await stream.DisposeAsync();
                lines.Dispose();
            }
        }

        return 0;
    }

    private static async Task LoseAsync(SlowLines lines)
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromMilliseconds(300), Logger = lines };
        InMemoryLink link = InMemoryLink.Create(TimeProvider.System);
        HeartbeatStream stream = new(link.Client, options);
        HeartbeatStream peer = new(link.Server, new HeartbeatOptions { DetectWithin = options.DetectWithin });
        await Task.WhenAll(stream.StartAsync(), peer.StartAsync());
        link.Cut();
        await stream.Monitor.Completion;
    }

    private sealed class SlowLines : ILogger, IDisposable
    {
        private volatile bool _isDisposed;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Thread.Sleep(50);
            if (!_isDisposed)
            {
                Console.WriteLine($"{eventId.Name}: {formatter(state, exception)}");
            }
        }

        public void Dispose() => _isDisposed = true;
    }
}
