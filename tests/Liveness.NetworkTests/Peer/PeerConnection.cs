using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.NetworkTests.Peer;

/// <summary>One connection: reads all that comes, unless told not to, and writes what it is told to.</summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A connection ends by what happens to it, or with the process.")]
internal sealed class PeerConnection(int number, Socket socket, PeerOptions options, Reporter reporter)
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile TaskCompletionSource _mayRead = options.DoesNotRead ? Closed() : Opened();
    private Stream? _stream;

    /// <summary>It watches until this process ends.</summary>
    private LivenessFactory? _lender;
    private ConnectionMonitor? _monitor;
    private ConnectionConditions _conditionsSeen;
    private bool _suspectSeen;
    private bool _isCorrupt;
    private long _sent;
    private long _received;
    private long _lastByteAt;
    private long _longestSilence;

    public int Number => number;

    public ConnectionStatus Status => new()
    {
        State = _monitor?.State ?? LivenessState.Connecting,
        ConditionsSeen = _conditionsSeen,
        SuspectSeen = _suspectSeen,
        LastByteAt = Volatile.Read(ref _lastByteAt),
        LongestSilence = TimeSpan.FromTicks(Volatile.Read(ref _longestSilence)),
        BytesSent = Volatile.Read(ref _sent),
        BytesReceived = Volatile.Read(ref _received),
        IsCorrupt = Volatile.Read(ref _isCorrupt),
        Bound = _monitor?.GetSnapshot().Bound,
        PathChanges = _monitor?.GetSnapshot().PathChanges,
    };

    public async Task RunAsync()
    {
        try
        {
            await OpenAsync();
            Report(PeerEventKind.Opened);
            await ReadAsync();
            Report(PeerEventKind.End);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            CloseIfLent();
            Failed("read", exception);
        }
    }

    public async Task SendAsync(long bytes)
    {
        try
        {
            await WriteAsync(bytes);
            Report(PeerEventKind.Sent);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            Failed("write", exception);
        }
    }

    /// <summary>Some bytes every now and then, until that fails.</summary>
    public async Task TrickleAsync(long bytes, TimeSpan every)
    {
        try
        {
            while (true)
            {
                await WriteAsync(bytes);
                await Task.Delay(every);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            CloseIfLent();
            Failed("write", exception);
        }
    }

    public void Reads(bool reads)
    {
        TaskCompletionSource before = _mayRead;
        _mayRead = reads ? Opened() : Closed();
        before.TrySetResult();
    }

    public void ChangeDetectWithin(TimeSpan detectWithin) => ((HeartbeatStream)_stream!).ChangeDetectWithin(detectWithin);

    public async Task CloseAsync()
    {
        await _stream!.DisposeAsync();
        Report(PeerEventKind.Disposed);
    }

    /// <summary>What the kernel and the monitor say now.</summary>
    public void Look()
    {
        long now = Stopwatch.GetTimestamp();
        if (TcpInfoSnapshot.TryRead(socket, out TcpInfoSnapshot info) && info is { State: TcpState.Established, SinceDataReceived: { } silence })
        {
            Volatile.Write(ref _lastByteAt, now - (long)(silence.TotalSeconds * Stopwatch.Frequency));
            Volatile.Write(ref _longestSilence, Math.Max(_longestSilence, silence.Ticks));
        }

        if (_monitor is { } monitor)
        {
            _conditionsSeen |= monitor.Conditions;
            _suspectSeen |= monitor.State == LivenessState.Suspect;
        }
    }

    private static TaskCompletionSource Closed() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Opened()
    {
        TaskCompletionSource opened = new();
        opened.SetResult();
        return opened;
    }

    private async Task OpenAsync()
    {
        if (options.KernelForgets)
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        if (options.Mode == PeerMode.Heartbeat)
        {
            HeartbeatStream stream = await WrapAsync();
            _stream = stream;
            Watch(stream.Monitor);
            await stream.StartAsync();
            return;
        }

        if (options.Mode == PeerMode.Lent)
        {
            await LendAsync();
            _stream = new NetworkStream(socket, ownsSocket: true);
            return;
        }

        TcpKeepAliveOptions keepAlive = new()
        {
            DetectWithin = options.DetectWithin,
            UserTimeout = options.Mode == PeerMode.KeepAlive ? Timeout.InfiniteTimeSpan : null,
        };
        if (options.Mode == PeerMode.Monitor)
        {
            Watch(SocketWatcher.Start(socket, new SocketWatcherOptions { KeepAlive = keepAlive }).Monitor);
        }
        else if (options.Mode != PeerMode.Plain)
        {
            socket.ApplyTcpKeepAlive(keepAlive);
        }

        _stream = new NetworkStream(socket, ownsSocket: true);
    }

    private async Task LendAsync()
    {
        _lender = new LivenessFactory(new LivenessOptions { Mode = LivenessMode.KernelOnly, DetectWithin = options.DetectWithin, OnLoss = LossAction.ReportOnly });
        TaskCompletionSource watched = Closed();
        _lender.Watch(new AttachTarget(socket), watched: connection =>
        {
            Watch(connection.Monitor);
            watched.SetResult();
        });
        await watched.Task;
    }

    /// <summary>Before anything else: nobody is to have a look at it in between.</summary>
    private void CloseIfLent()
    {
        if (options.Mode == PeerMode.Lent)
        {
            socket.Dispose();
        }
    }

    private async Task<HeartbeatStream> WrapAsync()
    {
        HeartbeatOptions heartbeat = new() { DetectWithin = options.DetectWithin, StalledAfter = options.StalledAfter };
        return options.Transport switch
        {
            PeerTransport.Tls => new HeartbeatStream(await TlsTransport.OpenAsync(socket, options.Role), heartbeat),
            PeerTransport.Pipe => new HeartbeatStream(PipeTransport.Open(socket), heartbeat),
            _ => new HeartbeatStream(socket, heartbeat),
        };
    }

    private void Watch(ConnectionMonitor monitor)
    {
        _monitor = monitor;
        monitor.StateChanged += (_, e) => Report(PeerEventKind.Changed, $"{e.NewState} {e.NewConditions}");
        monitor.ConnectionLost += (_, e) => reporter.Report(new PeerEvent(PeerEventKind.Lost, number) { Loss = LossReport.Of(e.Loss), Status = Status });
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[128 * 1024];
        while (true)
        {
            await _mayRead.Task;
            int count = await _stream!.ReadAsync(buffer);
            if (count == 0)
            {
                return;
            }

            if (!Pattern.Matches(_received, buffer.AsSpan(0, count)))
            {
                Volatile.Write(ref _isCorrupt, true);
            }

            Volatile.Write(ref _received, _received + count);
        }
    }

    private async Task WriteAsync(long bytes)
    {
        await _writing.WaitAsync();
        try
        {
            for (long left = bytes; left > 0;)
            {
                ReadOnlyMemory<byte> chunk = Pattern.At(_sent, left);
                await _stream!.WriteAsync(chunk);
                left -= chunk.Length;
                Volatile.Write(ref _sent, _sent + chunk.Length);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private void Failed(string what, Exception exception)
    {
        if (exception is not ConnectionLostException)
        {
            SocketError? error = (exception as SocketException ?? exception.InnerException as SocketException)?.SocketErrorCode;
            Report(PeerEventKind.Failed, $"{what}: {error?.ToString() ?? exception.GetType().Name}");
        }
    }

    private void Report(PeerEventKind kind, string? text = null) => reporter.Report(new PeerEvent(kind, number) { Text = text, Status = Status });
}
