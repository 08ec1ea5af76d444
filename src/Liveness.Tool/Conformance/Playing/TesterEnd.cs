using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>
/// The tester's end of one connection. It keeps the books, holds the testee to the rules that always hold, and, as long as it is told to,
/// behaves as a good peer: beats, answers, grants credit.
/// </summary>
/// <remarks>Long, because reading, beating and sending share one lock and one order of frames.</remarks>
internal sealed class TesterEnd : IAsyncDisposable
{
    private const long MostBytes = 64 << 20;
    private const int MostFrames = 250_000;
    private const uint Window = 65_536;

    private static readonly TimeSpan s_beatEvery = TimeSpan.FromMilliseconds(10);

    private readonly Socket _socket;
    private readonly TimeProvider _timeProvider;
    private readonly long _begun;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _over = new();
    private readonly FrameCutter _cutter = new();
    private readonly List<Arrival> _arrivals = [];
    private readonly Task[] _loops;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _bytes;
    private uint _seq = (uint)Random.Shared.Next();
    private TimeSpan? _beatAt;
    private volatile bool _takesNothing;
    private volatile bool _isShut;

    public TesterEnd(Socket socket, TimeProvider timeProvider, SideBook? side = null)
    {
        Rules = new RuleBook { Side = side };
        _socket = socket;
        _timeProvider = timeProvider;
        _begun = timeProvider.GetTimestamp();
        _socket.NoDelay = true;
        _loops = [Task.Run(ReadAsync), Task.Run(BeatAsync)];
    }

    public RuleBook Rules { get; }

    public Transcript Transcript { get; } = new();

    public TimeSpan Now => _timeProvider.GetElapsedTime(_begun);

    /// <summary>When the last byte of ours left.</summary>
    public TimeSpan LastSentAt { get; private set; }

    public StreamEnd End { get; private set; }

    public TimeSpan EndedAt { get; private set; }

    /// <summary>The first rule that the testee broke.</summary>
    public string? Broken { get; private set; }

    /// <summary>One did break, and it says nothing of times.</summary>
    public bool BrokenIsTimeless => Broken?.StartsWith(RuleBook.SpacingSection, StringComparison.Ordinal) == false;

    /// <summary>Beats and answers by itself.</summary>
    public bool IsPolite { get; set; }

    /// <summary>Grants credit by itself.</summary>
    public bool IsGenerous { get; set; } = true;

    /// <summary>We act as if we heard nothing any more; null = we hear.</summary>
    public Deafness? Deafness { get; set; }

    /// <summary>Bytes of one call; 0 = all at once.</summary>
    public int Piece { get; set; }

    public uint NextSeq => _seq;

    /// <summary>What came, from that one on.</summary>
    public Arrival[] ArrivalsFrom(int first)
    {
        lock (_lock)
        {
            return [.. _arrivals.Skip(first)];
        }
    }

    /// <summary>Waits until it is so, or the time is over.</summary>
    /// <returns>Whether it is so.</returns>
    public async Task<bool> WaitAsync(Func<bool> isSo, TimeSpan until, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (isSo())
                {
                    return true;
                }

                news = _news.Task;
            }

            TimeSpan left = until - Now;
            if (left <= TimeSpan.Zero)
            {
                return false;
            }

            await Task.WhenAny(news, Task.Delay(left, _timeProvider, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Sends bytes as they are. An end that has closed already is no error here: what follows tells.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => SendAsync(() => bytes, cancellationToken);

    public Task SendHelloAsync(RawHello hello, CancellationToken cancellationToken)
    {
        Rules.Granted = hello.FirstCredit;
        Rules.Spacing = hello.MinRx;
        Rules.Ours = hello;
        return SendAsync(hello.ToFrame(), cancellationToken);
    }

    /// <summary>A beat as it ought to be; the case may change it.</summary>
    public Task SendBeatAsync(byte flags, Func<RawBeat, RawBeat>? change, CancellationToken cancellationToken) => SendAsync(
        () =>
        {
            lock (_lock)
            {
                RawBeat right = new()
                {
                    Seq = _seq,
                    EchoSeq = Rules.LastBeat?.Seq ?? 0,
                    EchoDelay = Rules.LastBeatAt is { } at ? (uint)Math.Min((Now - at).TotalMicroseconds, 0xFFFFFFFE) : Raw.NoEcho,
                    Received = Rules.Received,
                    Consumed = Rules.Received,
                    Flags = flags,
                    Generation = Rules.TheirGeneration,
                };
                if (Deafness is { } deaf)
                {
                    right = deaf.Apply(right, Now);
                }

                RawBeat beat = change?.Invoke(right) ?? right;
                _seq = beat.Seq + 1;
                _beatAt = Now;
                Rules.OnOurBeat(beat.Seq, (beat.Flags & RawBeat.Asks) != 0);
                return beat.ToFrame();
            }
        },
        cancellationToken);

    /// <summary>DATA of the pattern.</summary>
    public Task SendDataAsync(int length, CancellationToken cancellationToken) => SendAsync(
        () =>
        {
            lock (_lock)
            {
                byte[] payload = EchoPattern.Make(Rules.Sent, length);
                Rules.Sent += (ulong)length;
                return Raw.Frame(Raw.Data, payload);
            }
        },
        cancellationToken);

    /// <summary>DATA that says something.</summary>
    public Task SendDataAsync(byte[] payload, CancellationToken cancellationToken) => SendAsync(
        () =>
        {
            lock (_lock)
            {
                Rules.Sent += (ulong)payload.Length;
                return Raw.Frame(Raw.Data, payload);
            }
        },
        cancellationToken);

    /// <summary>Looks at what the rules keep while nothing comes.</summary>
    public T Locked<T>(Func<T> look)
    {
        lock (_lock)
        {
            return look();
        }
    }

    public void Fin()
    {
        _isShut = true;
        Note("FIN of ours");
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException error)
        {
            Note($"no FIN: {error.SocketErrorCode}");
        }
    }

    /// <summary>RST.</summary>
    public void Reset()
    {
        Note("RST of ours");
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Note(string text)
    {
        lock (_lock)
        {
            Transcript.Note(Now, text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
        await Task.WhenAll(_loops).ConfigureAwait(false);
        _over.Dispose();
        _writing.Dispose();
    }

    /// <param name="make">Called when it is this frame's turn, so that frames leave in the order of their numbers.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task SendAsync(Func<ReadOnlyMemory<byte>> make, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ReadOnlyMemory<byte> bytes = make();
            if (_takesNothing)
            {
                return;
            }

            int piece = Piece == 0 ? bytes.Length : Piece;
            lock (_lock)
            {
                Transcript.Sent(Now, bytes.Span);
            }

            for (int at = 0; at < bytes.Length; at += piece)
            {
                ReadOnlyMemory<byte> part = bytes.Slice(at, Math.Min(piece, bytes.Length - at));
                while (part.Length > 0)
                {
                    part = part[await _socket.SendAsync(part, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            _takesNothing = !_isShut;
            Note($"not sent: {exception.Message}");
        }
        finally
        {
            LastSentAt = _takesNothing ? LastSentAt : Now;
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        byte[] buffer = new byte[65_536];
        StreamEnd end = StreamEnd.Reset;
        bool floods = false;
        try
        {
            while (!floods && await _socket.ReceiveAsync(buffer, SocketFlags.None, _over.Token).ConfigureAwait(false) is > 0 and int count)
            {
                await TakeAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
                floods = _bytes > MostBytes || _arrivals.Count > MostFrames;
            }

            // The kernel tells a reset once: where a call that sends has met it, the one that receives is told of an end.
            await _writing.WaitAsync(_over.Token).ConfigureAwait(false);
            _writing.Release();
            end = _takesNothing ? StreamEnd.Reset : StreamEnd.Fin;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Note(exception is SocketException { SocketErrorCode: var code } ? $"the stream failed: {code}" : "over");
        }

        lock (_lock)
        {
            Broken ??= floods ? $"the testee floods: {_bytes} bytes in {_arrivals.Count} frames came" : null;
            Transcript.Note(Now, floods ? "nothing more is read" : $"{end} of the testee");
            (End, EndedAt) = (end, Now);
            Pulse();
        }
    }

    private async Task TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        bool asked = false;
        ulong grant = 0;
        lock (_lock)
        {
            TimeSpan at = Now;
            _bytes += bytes.Length;
            Transcript.Came(at, bytes.Span);
            foreach ((byte type, byte[] payload) in _cutter.Cut(bytes))
            {
                Arrival frame = new(type, payload, payload.Length, at);
                Broken ??= Rules.Check(frame);
                _arrivals.Add(type == Raw.Data ? frame with { Payload = [] } : frame);
                asked |= type == Raw.Beat && payload.Length == RawBeat.Size && (RawBeat.Of(payload).Flags & RawBeat.Asks) != 0;
            }

            Broken ??= _cutter.Broken;
            ulong wanted = Rules.Received + Window;
            if (IsGenerous && Rules.Ours is not null && wanted > Rules.Granted && wanted - Rules.Granted >= Window / 2)
            {
                grant = Rules.Granted = wanted;
            }

            Pulse();
        }

        if (IsPolite && asked && Deafness is null)
        {
            await SendBeatAsync(RawBeat.Answers, null, _over.Token).ConfigureAwait(false);
        }

        if (IsPolite && grant > 0)
        {
            await SendAsync(Raw.CreditFrame(grant), _over.Token).ConfigureAwait(false);
        }
    }

    /// <summary>As often as the testee asked for, and a little more often.</summary>
    private async Task BeatAsync()
    {
        try
        {
            while (End == StreamEnd.None)
            {
                await Task.Delay(s_beatEvery, _timeProvider, _over.Token).ConfigureAwait(false);
                TimeSpan every = TimeSpan.FromMilliseconds(Math.Max(Rules.TheirRx, 25) * 0.8);
                if (IsPolite && Rules.TheirRx > 0 && !Rules.SaidGoodbye && (_beatAt is not { } last || Now - last >= every))
                {
                    await SendBeatAsync(0, null, _over.Token).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (ObjectDisposedException)
        {
            return;
        }
    }

    private void Pulse()
    {
        TaskCompletionSource news = _news;
        _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        news.TrySetResult();
    }
}
