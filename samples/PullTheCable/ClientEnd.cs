using System.Net.Sockets;
using CableLab;
using Liveness;

namespace PullTheCable;

/// <summary>The client: connects and talks to the server until the connection ends.</summary>
internal sealed class ClientEnd : IAsyncDisposable
{
    private readonly HeartbeatStream _stream;
    private readonly Action<EndEvent> _report;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly PlainSocket _socket;
    private Task _talking = Task.CompletedTask;

    private ClientEnd(Socket socket, Arguments arguments, Action<EndEvent> report)
    {
        _report = report;
        _random = new Random(arguments.Seed);
        _socket = new PlainSocket(socket);
        _stream = new HeartbeatStream(socket, arguments.ToOptions());
        EndReporter.Attach(_stream, socket, report);
    }

    /// <summary>The silence that the two ends agreed to allow.</summary>
    public TimeSpan Bound => _stream.Monitor.GetSnapshot().Bound ?? Timeout.InfiniteTimeSpan;

    public string PlainSocket => _socket.Describe();

    public static async Task<ClientEnd> ConnectAsync(
        INetwork network, Arguments arguments, Action<EndEvent> report, CancellationToken cancellationToken)
    {
        Socket socket = new(network.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(network.EndPoint, cancellationToken);
        string connected = FormattableString.Invariant($"process {Environment.ProcessId} connected {network.Way} {network.EndPoint}");
        report(EndEvent.Now(EndEventKind.Note, connected));
        ClientEnd client = new(socket, arguments, report);
        await client._stream.StartAsync(cancellationToken);
        ConnectionSnapshot agreed = client._stream.Monitor.GetSnapshot();
        client.Note($"handshake complete: a beat each way every {Duration.Show(agreed.SendInterval ?? TimeSpan.Zero)}, "
            + $"bound {Duration.Show(client.Bound)}, incident id {agreed.IncidentId}");
        client._talking = arguments.Fault.Kind == FaultKind.SlowReader ? client.FloodAsync() : client.TalkAsync();
        return client;
    }

    /// <summary>What the heartbeat has measured so far.</summary>
    public void NoteBeats()
    {
        ConnectionSnapshot now = _stream.Monitor.GetSnapshot();
        Note($"{now.State}: {now.BeatsSent} beats sent, {now.BeatsReceived} received, "
            + $"newest round trip {Duration.Show(now.RoundTrip ?? TimeSpan.Zero)}");
    }

    /// <summary>Closes in good order.</summary>
    public async Task CloseAsync()
    {
        await _stop.CancelAsync();
        await _talking;
        await _stream.DisposeAsync();
    }

    /// <summary>Completes when the connection has ended and every handler has returned.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        await _stream.Monitor.Completion.WaitAsync(cancellationToken);
        await CloseAsync();
    }

    /// <summary>Completes when everything of the flood was accepted.</summary>
    public Task FloodedAsync(CancellationToken cancellationToken) => _talking.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _stop.Dispose();
    }

    private Task TalkAsync() => UntilTheEndAsync(() => Conversation.AskAsync(_stream, _random, Note, _stop.Token));

    private Task FloodAsync() => UntilTheEndAsync(async () =>
    {
        string sent = await Conversation.FloodAsync(_stream, _random, _stop.Token);
        _report(EndEvent.Now(EndEventKind.Transferred, $"sent {sent}", sent));
    });

    private async Task UntilTheEndAsync(Func<Task> talk)
    {
        try
        {
            await talk();
        }
        catch (OperationCanceledException)
        {
            Note("the application has said all it wanted to say");
        }
        catch (ConnectionLostException)
        {
            Note("the pending read failed with ConnectionLostException: nothing hangs");
        }
    }

    private void Note(string text) => _report(EndEvent.Now(EndEventKind.Note, text));
}
