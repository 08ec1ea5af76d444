using System.Diagnostics;
using System.Globalization;

namespace Liveness.WorksWith.Tests.Worker;

/// <summary>Connects, uses the connection or not, and says what happens: a word, the time by the machine's monotonic clock, and a
/// text.</summary>
internal static class WorkerProgram
{
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>A heartbeat needs no whole seconds.</summary>
    public static readonly TimeSpan InBandBound = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(string kind, string host, Way way, bool isBusy)
    {
        int portOffset = way == Way.InBand ? BridgeProgram.PortOffset : 0;
        IClient client = kind switch
        {
            "redis" => new RedisClient(host, portOffset),
            "nats" => new NatsWorker(host, portOffset),
            "mqtt" => new MqttWorker(host, portOffset),
            "rabbitmq" => new RabbitWorker(host),
            _ => throw new ArgumentException($"There is no client \"{kind}\"."),
        };
        await using IAsyncDisposable? disposed = client as IAsyncDisposable;
        LivenessOptions options = way == Way.InBand
            ? new LivenessOptions { DetectWithin = InBandBound }
            : new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = Bound };
        await using LivenessFactory factory = new(options);
        await EventuallyAsync(() => client.ConnectAsync(way == Way.Without ? null : factory));
        await EventuallyAsync(() => UseAsync(client));
        client.Noticed += () => Say("noticed", "");
        _ = TellLossesAsync(factory);
        Say("ready", $"{factory.Connections.Count}");
        using CancellationTokenSource ending = new();
        Task busy = isBusy ? UseForeverAsync(client, ending.Token) : Task.CompletedTask;
        while (await Console.In.ReadLineAsync() is { } command)
        {
            if (command == "again")
            {
                // The cable is back: by its own rules the client connects again, sooner or later.
                await EventuallyAsync(() => UseAsync(client));
                Say("works", "");
            }
        }

        await ending.CancelAsync();
        await busy;
    }

    private static async Task TellLossesAsync(LivenessFactory factory)
    {
        HashSet<RecordedLoss> told = [];
        while (true)
        {
            foreach (RecordedLoss loss in factory.RecentLosses.Where(told.Add))
            {
                Say("told", $"{loss.Description} {loss.Loss.GetType().Name}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10));
        }
    }

    private static async Task UseForeverAsync(IClient client, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await TryAsync(() => UseAsync(client));
            await Task.Delay(s_pause, CancellationToken.None);
        }
    }

    private static async Task UseAsync(IClient client)
    {
        using CancellationTokenSource tooLate = new(s_patience);
        await client.UseAsync(tooLate.Token);
    }

    private static async Task EventuallyAsync(Func<Task> work)
    {
        while (!await TryAsync(work))
        {
            await Task.Delay(s_pause);
        }
    }

    /// <summary>While the cable is cut, each library has exceptions of its own.</summary>
    private static async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return false;
        }
    }

    private static void Say(string word, string text) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{word} {Stopwatch.GetTimestamp()} {text}"));
}
