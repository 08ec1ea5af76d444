using System.Net.Sockets;
using System.Threading.Channels;
using Liveness;
using Polly;
using Polly.Retry;

namespace Chat;

/// <summary>Sends what is typed, prints what it hears, and connects again for as long as it takes.</summary>
internal sealed class ChatClient(string host, int port, string name)
{
    private static readonly HeartbeatOptions s_options = new() { DetectWithin = TimeSpan.FromSeconds(5) };

    /// <summary>Every client of a server that is gone tries; jitter keeps them apart.</summary>
    private static readonly ResiliencePipeline s_connecting = new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
    {
        ShouldHandle = new PredicateBuilder().Handle<SocketException>().Handle<IOException>(),
        MaxRetryAttempts = int.MaxValue,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromSeconds(0.5),
        MaxDelay = TimeSpan.FromSeconds(30),
        OnRetry = retry =>
        {
            Console.WriteLine($"* not connected: {retry.Outcome.Exception?.Message} Next try in {retry.RetryDelay.TotalSeconds:0.0} s.");
            return default;
        },
    }).Build();

    /// <param name="lines">What is typed; when it ends, the client leaves.</param>
    /// <param name="stopping">Leaves as well.</param>
    public async Task RunAsync(ChannelReader<string> lines, CancellationToken stopping)
    {
        // Ctrl+D leaves, also while there is no connection. As long as the program: nobody disposes it.
        CancellationTokenSource leaving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        _ = lines.Completion.ContinueWith(_ => leaving.CancelAsync(), TaskScheduler.Default);
        try
        {
            await StayAsync(lines, leaving.Token);
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            Console.WriteLine("* leaves without a connection");
        }
    }

    private async Task StayAsync(ChannelReader<string> lines, CancellationToken stopping)
    {
        TimeSpan pause = TimeSpan.Zero;
        while (!lines.Completion.IsCompleted && !stopping.IsCancellationRequested)
        {
            await Task.Delay(pause, stopping);
            await using HeartbeatStream server = await s_connecting.ExecuteAsync(ConnectAsync, stopping);
            Console.WriteLine("* connected");
            await TalkAsync(server, lines, stopping);

            // The server's wish, if it had the time to say one.
            PeerGoingAway? word = server.Monitor.PeerGoingAway;
            pause = word?.ReconnectAfter ?? TimeSpan.FromSeconds(Random.Shared.NextDouble());
            Console.WriteLine(word is null ? "* the connection is over" : $"* {word}");
        }
    }

    private async ValueTask<HeartbeatStream> ConnectAsync(CancellationToken cancellationToken)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken);
            HeartbeatStream server = await HeartbeatStream.StartAsync(socket, s_options, cancellationToken);
            await Messages.WriteAsync(server, name, cancellationToken);
            return server;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Until either end has had enough.</summary>
    private static async Task TalkAsync(HeartbeatStream server, ChannelReader<string> lines, CancellationToken stopping)
    {
        using CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task hearing = HearAsync(server, over);
        try
        {
            await foreach (string line in lines.ReadAllAsync(over.Token))
            {
                await Messages.WriteAsync(server, Messages.Printable(line), CancellationToken.None);
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // Whoever hears says why; or somebody has pressed Ctrl+C.
            await over.CancelAsync();
        }

        CloseResult result = await server.CloseAsync(CancellationToken.None);
        await hearing;
        Console.WriteLine(result.IsConfirmed ? "* all was heard" : $"* not known to be heard: {result.UnconfirmedBytes} bytes");
    }

    private static async Task HearAsync(HeartbeatStream server, CancellationTokenSource over)
    {
        try
        {
            while (await Messages.ReadAsync(server, CancellationToken.None) is { } text)
            {
                Console.WriteLine(text);
            }
        }
        catch (ObjectDisposedException)
        {
            // We have closed it.
            return;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            Console.WriteLine($"* {failure.Message}");
        }
        finally
        {
            await over.CancelAsync();
        }
    }
}
