using System.Net.Sockets;

namespace Liveness.Tool.Bridge;

/// <summary>One accepted connection: opens the other side for it, carries both directions, and ends both sides alike.</summary>
internal sealed class BridgedConnection(
    Socket accepted, int number, BridgeRequest request, TimeProvider timeProvider, BridgeReport report) : IAsyncDisposable
{
    /// <summary>So long the last bytes of a side that has failed may take to the other one, which may be stuck.</summary>
    private static readonly TimeSpan s_lastBytes = TimeSpan.FromMilliseconds(200);

    private readonly string _name = $"#{number} {accepted.RemoteEndPoint}";
    private readonly TaskCompletionSource<string> _cutShort = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _plain;
    private Socket? _wire;
    private HeartbeatStream? _heartbeat;
    private volatile bool _programHasEnded;
    private Task _watching = Task.CompletedTask;

    /// <summary>Never fails: what went wrong is printed, and stays with this connection.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await OpenAsync(stop).ConfigureAwait(false);
            await CarryAsync(stop).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            CutShort(exception);
        }

        if (_cutShort.Task.IsCompleted)
        {
            await AbortAsync().ConfigureAwait(false);
            report.Write($"{_name} {await _cutShort.Task.ConfigureAwait(false)}");
        }
    }

    /// <summary>In good order, unless it was aborted before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_heartbeat is not null)
        {
            await _heartbeat.DisposeAsync().ConfigureAwait(false);
        }

        await _watching.ConfigureAwait(false);
        accepted.Dispose();
        _plain?.Dispose();
        _wire?.Dispose();
    }

    /// <summary>The heartbeat first: a program is bothered only for somebody who speaks it.</summary>
    private async Task OpenAsync(CancellationToken stop)
    {
        (_plain, _wire) = request.Listen.HasHeartbeat ? (null, accepted) : (accepted, (Socket?)null);
        accepted.NoDelay = true;
        _wire ??= await BridgeSockets.ConnectAsync(request.Connect, timeProvider, stop).ConfigureAwait(false);
        _heartbeat = new HeartbeatStream(_wire, request.ToOptions());
        await _heartbeat.StartAsync(stop).ConfigureAwait(false);
        _plain ??= await BridgeSockets.ConnectAsync(request.Connect, timeProvider, stop).ConfigureAwait(false);
    }

    /// <summary>Until both directions have ended, or something cuts them short.</summary>
    private async Task CarryAsync(CancellationToken stop)
    {
        using NetworkStream program = new(_plain!, ownsSocket: false);
        using CancellationTokenRegistration stopping = stop.Register(() => CutShort("cut short: this bridge was told to end"));
        Task incoming = GuardedAsync(CarryInAsync(program));
        Task outgoing = GuardedAsync(CarryOutAsync(program));
        Task both = Task.WhenAll(outgoing, incoming);
        _watching = WatchAsync(incoming);
        await Task.WhenAny(both, _cutShort.Task).ConfigureAwait(false);
        if (_cutShort.Task.IsCompleted)
        {
            // An early answer stands before the reset behind it: what the failed side has said is passed on. Its reads end by themselves.
            Task last = _heartbeat!.Monitor.Loss is null ? outgoing : incoming;
            await Task.WhenAny(last, Task.Delay(s_lastBytes, timeProvider, CancellationToken.None)).ConfigureAwait(false);
            await AbortAsync().ConfigureAwait(false);
            await both.ConfigureAwait(false);
        }
    }

    private async Task CarryOutAsync(NetworkStream program)
    {
        await Pump.CopyAsync(program, _heartbeat!).ConfigureAwait(false);

        // Before the other bridge can know it: its goodbye may follow at once.
        _programHasEnded = true;
        _heartbeat!.CompleteWrites();
    }

    private async Task CarryInAsync(NetworkStream program)
    {
        await Pump.CopyAsync(_heartbeat!, program).ConfigureAwait(false);
        if (_programHasEnded || _heartbeat!.Monitor.State != LivenessState.Closed)
        {
            BridgeSockets.CompleteWrites(_plain!);
        }
    }

    /// <summary>
    /// A loss is acted upon wherever the two directions are, stuck in a write to a slow program too. A goodbye lets what has arrived be
    /// delivered first.
    /// </summary>
    private async Task WatchAsync(Task incoming)
    {
        if (await _heartbeat!.Monitor.Completion.ConfigureAwait(false) is { } loss)
        {
            CutShort($"lost: {loss}");
            return;
        }

        await incoming.ConfigureAwait(false);
        if (!_programHasEnded)
        {
            CutShort("cut short: the other bridge said goodbye");
        }
    }

    private async Task GuardedAsync(Task direction)
    {
        try
        {
            await direction.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            CutShort(exception);
        }
    }

    private void CutShort(Exception exception) => CutShort(exception switch
    {
        ConnectionLostException lost => $"lost: {lost.Loss}",
        OperationCanceledException => "cut short: this bridge was told to end",
        _ => $"cut short: {exception.Message}",
    });

    private void CutShort(string why) => _cutShort.TrySetResult(why);

    /// <summary>Both sides: the program is reset, and the other bridge is told why, for a goodbye in good order would look like the end of
    /// the data. After a loss the heartbeat has cut its side off already.</summary>
    private async Task AbortAsync()
    {
        BridgeSockets.Reset(_plain);
        if (_heartbeat is not null)
        {
            await _heartbeat.AbortAsync(await _cutShort.Task.ConfigureAwait(false)).ConfigureAwait(false);
        }
        else
        {
            BridgeSockets.Reset(_wire);
        }
    }
}
