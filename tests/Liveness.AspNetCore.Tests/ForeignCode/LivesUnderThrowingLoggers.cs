using System.Collections.Concurrent;

namespace Liveness.AspNetCore.Tests.ForeignCode;

/// <summary>Every mode's whole life, from its start to its end, on the real thread pool and with loggers that throw.
/// It prints a line for each that went as it should.</summary>
internal static class LivesUnderThrowingLoggers
{
    public const string Command = "lives-under-throwing-loggers";

    public const string AllIsWell = "no task failed unseen";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    public static IReadOnlyDictionary<string, Func<ThrowingLoggers, Task>> Lives { get; } =
        new Dictionary<string, Func<ThrowingLoggers, Task>>
        {
            ["in-band, lost"] = StreamLives.LostAsync,
            ["in-band, closed"] = StreamLives.ClosedAsync,
            ["in-band, over TLS"] = StreamLives.LostOverTlsAsync,
            ["in-band, a stranger"] = StreamLives.StrangerAsync,
            ["kernel only"] = SocketLives.KernelOnlyAsync,
            ["side channel"] = SocketLives.SideChannelAsync,
            ["protocol heartbeat"] = SocketLives.ProtocolHeartbeatAsync,
            ["factory, reloaded"] = ServerLives.ReloadedFactoryAsync,
            ["Kestrel, health check, status page"] = ServerLives.KestrelAsync,
        };

    public static string Line(string life, LoggerFault fault) => $"{life}: as it should be under loggers that throw ({fault})";

    public static async Task<int> RunAsync()
    {
        ConcurrentQueue<Exception> unseen = new();
        TaskScheduler.UnobservedTaskException += (_, e) => unseen.Enqueue(e.Exception);
        bool[] went = await Task.WhenAll(
            Enum.GetValues<LoggerFault>().SelectMany(fault => Lives.Select(life => LiveAsync(life.Key, fault, life.Value))));

        // Only what is collected can be found to have been forgotten.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Console.WriteLine(unseen.TryPeek(out Exception? first) ? first.ToString() : AllIsWell);
        return went.All(well => well) && unseen.IsEmpty ? 0 : 1;
    }

    private static async Task<bool> LiveAsync(string life, LoggerFault fault, Func<ThrowingLoggers, Task> live)
    {
        try
        {
            ThrowingLoggers loggers = new(fault);
            await live(loggers).WaitAsync(s_limit);
            await UntilAsync(() => loggers.Thrown > 0, "a logger was called");
            Console.WriteLine(Line(life, fault));
            return true;
        }
        catch (Exception failure)
        {
            Console.WriteLine($"{life}, {fault}: {failure}");
            return false;
        }
    }

    /// <summary>For what is told in a lane, a moment later.</summary>
    public static async Task UntilAsync(Func<bool> isSo, string what)
    {
        using CancellationTokenSource tooLate = new(s_limit / 2);
        while (!isSo())
        {
            if (tooLate.IsCancellationRequested)
            {
                throw new TimeoutException($"It has not come about that {what}.");
            }

            await Task.Delay(10);
        }
    }

    /// <returns>The loss, told to one handler, once.</returns>
    public static async Task<ConnectionLoss> LossAsync(ConnectionMonitor monitor, Action cause)
    {
        ConcurrentQueue<ConnectionLoss> told = new();
        monitor.ConnectionLost += (_, e) => told.Enqueue(e.Loss);
        cause();
        ConnectionLoss loss = await monitor.Completion ?? throw new InvalidOperationException("It was closed, and not lost.");
        await UntilAsync(() => !told.IsEmpty, "the handler was called");
        return told.Single() == loss ? loss : throw new InvalidOperationException("The handler was told of another loss.");
    }

    public static void Expect(bool isSo, string what)
    {
        if (!isSo)
        {
            throw new InvalidOperationException($"It is not so that {what}.");
        }
    }
}
