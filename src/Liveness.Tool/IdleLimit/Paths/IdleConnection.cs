using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Tool.IdleLimit;

/// <summary>One connection: it is idle, and then probed.</summary>
/// <remarks>
/// The probe is keepalive's: switched on only when the idle time is over, it sends a segment without data at once, and repeats it. The
/// server's kernel answers, and its program does not notice. What came is seen by the kernel's count of segments.
/// </remarks>
/// <param name="socket">Connected.</param>
/// <param name="message">What is said first and instead of a probe; empty = nothing.</param>
/// <param name="pause">Between two probes.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class IdleConnection(Socket socket, ReadOnlyMemory<byte> message, TimeSpan pause, TimeProvider timeProvider)
{
    /// <summary>One, and two repetitions.</summary>
    public const int Probes = 3;

    /// <summary>
    /// So long after connecting a server may greet, or its kernel repeat its part of the handshake: idleness begins later then.
    /// </summary>
    private static readonly TimeSpan s_greeting = TimeSpan.FromSeconds(3);

    /// <summary>How often it is looked for segments without data while the connection is idle, and for the answer to a probe.</summary>
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_quickLook = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _buffer = new byte[16_384];
    private readonly long _connected = timeProvider.GetTimestamp();
    private Task<int> _reading = Task.FromResult(0);
    private long _quietSince = timeProvider.GetTimestamp();
    private long _segments;

    private TimeSpan Idle => timeProvider.GetElapsedTime(_quietSince);

    private bool IsGreeting => timeProvider.GetElapsedTime(_connected) < s_greeting;

    /// <exception cref="ToolException">The kernel does not tell what is needed.</exception>
    public async Task<Trial> TryAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        Read();
        _segments = Look().SegmentsReceived ?? throw new ToolException(
            "This system does not tell how many segments a connection has received (TCP_INFO of Linux 4.2), so no answer can be seen.",
            ExitCodes.NotHere);
        if (!message.IsEmpty)
        {
            Trial first = await SpeakAsync(cancellationToken).ConfigureAwait(false);
            if (first.Outcome != TrialOutcome.Alive)
            {
                return first;
            }

            BeQuiet();
        }

        return await WaitAsync(idle, cancellationToken).ConfigureAwait(false)
            ?? await (message.IsEmpty ? ProbeAsync(cancellationToken) : SpeakAsync(cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>After the socket is disposed, nothing is under way any more.</summary>
    public async Task EndAsync() => await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    /// <returns>Null when it was idle for so long.</returns>
    private async Task<Trial?> WaitAsync(TimeSpan idle, CancellationToken cancellationToken)
    {
        while (idle - Idle is var rest && rest > TimeSpan.Zero)
        {
            await PauseAsync(Durations.Shorter(rest, s_look), cancellationToken).ConfigureAwait(false);
            TimeSpan silence = Idle;
            bool hasSegments = Look().SegmentsReceived > _segments;
            if (hasSegments && !_reading.IsCompleted)
            {
                // What they bring may be on its way to the reader.
                await PauseAsync(s_quickLook, cancellationToken).ConfigureAwait(false);
            }

            TrialOutcome? happened = _reading.IsCompleted ? OutcomeOfReading(TrialOutcome.ServerSpoke, TrialOutcome.Aborted)
                : hasSegments ? TrialOutcome.ServerProbed
                : null;
            if (happened is TrialOutcome.ServerSpoke or TrialOutcome.ServerProbed && IsGreeting)
            {
                BeQuiet();
            }
            else if (happened is { } outcome)
            {
                return new Trial(silence, outcome);
            }
        }

        return null;
    }

    private async Task<Trial> ProbeAsync(CancellationToken cancellationToken)
    {
        TimeSpan idle = Idle;
        long before = _segments;
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, (int)pause.TotalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

        // The last, for it makes the kernel look at once: the connection has been idle for longer.
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 1);
        return await AnswerAsync(idle, () => Look().SegmentsReceived > before, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Trial> SpeakAsync(CancellationToken cancellationToken)
    {
        TimeSpan idle = Idle;
        try
        {
            await socket.SendAsync(message, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException exception)
        {
            return new Trial(idle, TrialOutcome.Reset) { Why = exception.Message };
        }

        return await AnswerAsync(idle, () => false, cancellationToken).ConfigureAwait(false);
    }

    /// <param name="idle">How long it was idle.</param>
    /// <param name="hasAnswer">Whether an answer came that no reader sees.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async Task<Trial> AnswerAsync(TimeSpan idle, Func<bool> hasAnswer, CancellationToken cancellationToken)
    {
        long asked = timeProvider.GetTimestamp();

        // The kernel itself gives up after the last pause: it is given a moment to say so.
        TimeSpan patience = (pause * Probes) + s_look;
        while (timeProvider.GetElapsedTime(asked) < patience)
        {
            await PauseAsync(s_quickLook, cancellationToken).ConfigureAwait(false);
            if (_reading.IsCompleted)
            {
                return new Trial(idle, OutcomeOfReading(TrialOutcome.Alive, TrialOutcome.Reset)) { RoundTrip = Look().RoundTrip };
            }

            // The segment may be the reset, which the reader is about to see.
            if (hasAnswer())
            {
                await PauseAsync(s_quickLook, cancellationToken).ConfigureAwait(false);
                TrialOutcome outcome = _reading.IsCompleted ? OutcomeOfReading(TrialOutcome.Alive, TrialOutcome.Reset) : TrialOutcome.Alive;
                return new Trial(idle, outcome) { RoundTrip = Look().RoundTrip };
            }
        }

        return new Trial(idle, TrialOutcome.Silent);
    }

    /// <summary>Of a read that has ended.</summary>
    private TrialOutcome OutcomeOfReading(TrialOutcome withData, TrialOutcome withReset) => _reading switch
    {
        { IsCompletedSuccessfully: true, Result: > 0 } => withData,
        { IsCompletedSuccessfully: true } => TrialOutcome.Closed,
        { Exception.InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } } => withReset,
        _ => TrialOutcome.Silent,
    };

    /// <summary>Idleness begins anew.</summary>
    private void BeQuiet()
    {
        _quietSince = timeProvider.GetTimestamp();
        _segments = Look().SegmentsReceived ?? 0;
        Read();
    }

    private void Read()
    {
        if (_reading is { IsCompletedSuccessfully: true })
        {
            _reading = socket.ReceiveAsync(_buffer);
        }
    }

    private TcpInfoSnapshot Look() => TcpInfoSnapshot.TryRead(socket, out TcpInfoSnapshot snapshot) ? snapshot : default;

    /// <summary>Ends early where something is read.</summary>
    private async Task PauseAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        if (_reading.IsCompleted)
        {
            return;
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_reading, Task.Delay(time, timeProvider, end.Token)).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
