using Liveness.Tests.InBand;

namespace Liveness.Tests.Simulation;

/// <summary>
/// One end and the application on it: it reads, writes, flushes, cancels, probes, half-closes and closes as the dice fall.
/// </summary>
internal sealed class StreamInterleavingsEnd : IDisposable
{
    private const int LargestWrite = 300_000;

    /// <summary>So many wait for their turn at most.</summary>
    private const int MostWriters = 5;

    private readonly Random _random;
    private readonly StreamInterleavingsTape _outgoing;
    private readonly StreamInterleavingsTape _incoming;
    private readonly double _readiness;
    private readonly int _mostWriters;
    private readonly List<Task> _others = [];
    private readonly Task _started;
    private bool _sawStart;
    private readonly BuriedBuffers _buried = new();
    private byte[] _readBuffer = [];
    private Task<int>? _read;
    private readonly List<StreamInterleavingsWrite> _writes = [];
    private CancellationTokenSource _readCancel = new();
    private bool _wroteLast;
    private int _terminalStates;
    private long _largestWindow;

    public StreamInterleavingsEnd(HeartbeatStream stream, StreamInterleavingsTape outgoing, StreamInterleavingsTape incoming, Random random)
    {
        (Stream, _outgoing, _incoming, _random) = (stream, outgoing, incoming, random);
        _readiness = random.NextDouble();
        _mostWriters = 1 + random.Next(MostWriters);
        stream.Monitor.ConnectionLost += (_, _) => LossEvents++;
        stream.Monitor.StateChanged += (_, e) => _terminalStates += e.NewState is LivenessState.Lost or LivenessState.Closed ? 1 : 0;
        _started = stream.StartAsync();
        _others.Add(_started);
    }

    public HeartbeatStream Stream { get; }

    public int LossEvents { get; private set; }

    public Task? Closing { get; private set; }

    /// <summary>0 was read into a buffer that had room.</summary>
    public bool HasReadEnd { get; private set; }

    public List<string> Faults { get; } = [];

    /// <summary>Everything that was asked for has been answered.</summary>
    public bool IsIdle => _read is null && _writes.Count == 0 && _others.TrueForAll(task => task.IsCompleted);

    public string Pending => string.Join(", ", (_read is null ? Array.Empty<string>() : ["read"])
        .Concat(_writes.Select(write => write.Number is null ? "flush" : "write"))
        .Concat(_others.Select((task, i) => $"{i} {task.Status}")));

    public bool IsClosed => Closing is { IsCompleted: true };

    /// <summary>One step of the application.</summary>
    public void Step(bool mayClose)
    {
        Look();
        switch (_random.Next(40))
        {
            case 0 when _read is not null:
                _readCancel.Cancel();
                break;
            case 1 when _writes.Count > 0:
                Cancel(_writes[_random.Next(_writes.Count)]);
                break;
            case 2 when _random.Next(10) == 0:
                CompleteWrites();
                break;
            case 3 when Closing is null:
                _others.Add(Stream.Monitor.ProbeAsync().AsTask());
                break;
            case 4:
                Bound(Stream.Monitor.GetSnapshot());
                break;
            case 5 when mayClose && _random.Next(8) == 0:
                Close();
                break;
            case 6:
                // As a thread does that blocks in a call of its own.
                Stream.Connection.Receiver.ReceiveHere(TimeSpan.Zero);
                break;
            case < 24:
                Read();
                break;
            default:
                Write();
                break;
        }

        Look();
    }

    /// <summary>The application reads on, and writes no more.</summary>
    public void StepToTheEnd()
    {
        Look();
        if (!HasReadEnd && Closing is null)
        {
            Read(always: true);
        }

        Look();
    }

    /// <summary>Closes, or closes again; not while it is closing, for several who wait for one task are told by the thread pool.</summary>
    public void Close()
    {
        if (Closing is null or { IsCompleted: true })
        {
            Task closing = Stream.DisposeAsync().AsTask();
            Closing ??= closing;
            _others.Add(closing);
        }
    }

    /// <summary>Takes note of what has ended.</summary>
    public void Look()
    {
        if (!_sawStart && _started.IsCompletedSuccessfully)
        {
            _sawStart = true;
            Expect(Stream.Monitor.GetSnapshot().State != LivenessState.Connecting, "started, and not connected");
        }

        if (_read is { IsCompleted: true })
        {
            TakeRead(_read);
            _buried.Bury(_readBuffer);
            _read = null;
        }

        foreach (StreamInterleavingsWrite write in _writes.FindAll(write => write.Task.IsCompleted))
        {
            TakeWrite(write);
            _buried.Bury(write.Buffer);
            _writes.Remove(write);
            write.Cancel.Dispose();
        }
    }

    public void CheckEnd()
    {
        Expect(_buried.Untouched, "a buffer was written to after its operation had ended");
        ConnectionLoss? loss = Stream.Monitor.Loss;
        Expect(!HasReadEnd || _incoming.IsComplete, $"the end was read after {_incoming.Read} bytes, and more was written");
        Expect(Stream.Monitor.Completion.IsCompleted, "the end is published");
        Expect(ReferenceEquals(Stream.Monitor.Completion.Result, loss), "completion and loss agree");
        Expect(LossEvents == (loss is null ? 0 : 1), $"{LossEvents} loss events for {loss?.ToString() ?? "no loss"}");
        Expect(_terminalStates == 1, $"{_terminalStates} terminal states");
        Expect(Stream.Monitor.EndedToken.IsCancellationRequested, "the ended token is cancelled");
        Expect(Stream.Monitor.LostToken.IsCancellationRequested == loss is not null, "the lost token is cancelled by a loss only");
        foreach (Task other in _others)
        {
            Expect(other.Exception is null || IsOfAnEnd(other.Exception.InnerException!), $"unexpected: {other.Exception}");
        }
    }

    public void Dispose()
    {
        _readCancel.Dispose();
        _writes.ForEach(write => write.Cancel.Dispose());
    }

    private void Read(bool always = false)
    {
        if (_read is not null || (!always && _random.NextDouble() > _readiness))
        {
            return;
        }

        _readCancel.Dispose();
        _readCancel = new CancellationTokenSource();
        _readBuffer = new byte[_random.Next(20) == 0 ? 0 : _random.Next(1, _random.Next(3) == 0 ? 80_000 : 9_000)];
        _read = Stream.ReadAsync(_readBuffer, _readCancel.Token).AsTask();
    }

    private void Write()
    {
        if (_wroteLast || _writes.Count >= _mostWriters)
        {
            return;
        }

        CancellationTokenSource cancel = new();
        if (_random.Next(6) == 0)
        {
            _writes.Add(new StreamInterleavingsWrite(Stream.FlushAsync(cancel.Token), [], Number: null, cancel));
            return;
        }

        byte[] buffer = _outgoing.Begin(_random.Next(3) == 0 ? _random.Next(_random.Next(LargestWrite)) : _random.Next(200));
        int number = _outgoing.Count - 1;
        Task write = Stream.WriteAsync(buffer, cancel.Token).AsTask();
        if (write.Exception?.InnerException is ObjectDisposedException)
        {
            _outgoing.Withdraw(number);
            cancel.Dispose();
            return;
        }

        _writes.Add(new StreamInterleavingsWrite(write, buffer, number, cancel));
    }

    /// <summary>From now on those behind it may arrive, whenever this end takes note.</summary>
    private void Cancel(StreamInterleavingsWrite write)
    {
        if (write.Number is { } number)
        {
            _outgoing.EndBadly(number);
        }

        write.Cancel.Cancel();
    }

    private void CompleteWrites()
    {
        _wroteLast = true;
        try
        {
            Stream.CompleteWrites();
        }
        catch (Exception exception) when (IsOfAnEnd(exception))
        {
            Look();
        }
    }

    private void TakeRead(Task<int> read)
    {
        if (read.IsCompletedSuccessfully)
        {
            _incoming.Take(_readBuffer.AsSpan(0, read.Result));
            HasReadEnd |= read.Result == 0 && _readBuffer.Length > 0;
            Expect(_incoming.IsSound, $"read what was never written, at byte {_incoming.Read}");
        }
        else
        {
            CheckFailure(read, _readCancel);
        }
    }

    private void TakeWrite(StreamInterleavingsWrite write)
    {
        if (write.Number is { } number)
        {
            if (write.Task.IsCompletedSuccessfully)
            {
                _outgoing.EndWell(number);
            }
            else
            {
                _outgoing.EndBadly(number);
            }
        }

        if (!write.Task.IsCompletedSuccessfully)
        {
            CheckFailure(write.Task, write.Cancel);
        }
    }

    private void CheckFailure(Task task, CancellationTokenSource cancel)
    {
        if (task.IsCanceled)
        {
            Expect(cancel.IsCancellationRequested, "cancelled by nobody");
            return;
        }

        Exception failure = task.Exception!.InnerException!;
        Expect(IsOfAnEnd(failure), $"unexpected: {failure}");
        if (failure is ConnectionLostException lost)
        {
            Expect(ReferenceEquals(lost.Loss, Stream.Monitor.Loss), "the monitor knows of the loss before the exception is seen");
        }
    }

    private void Bound(ConnectionSnapshot snapshot)
    {
        // A window goes back, but credit that was granted does not.
        _largestWindow = Math.Max(_largestWindow, snapshot.ReceiveWindow ?? 0);
        Expect(snapshot.UnreadBytes <= _largestWindow, $"{snapshot.UnreadBytes} bytes lie unread, and the window never was larger than {_largestWindow}");
    }

    private bool IsOfAnEnd(Exception exception) => exception switch
    {
        ConnectionLostException => true,
        ObjectDisposedException => Closing is not null,
        IOException or InvalidOperationException => Stream.Monitor.State == LivenessState.Closed || Stream.Monitor.GetSnapshot().State == LivenessState.Closed,
        _ => false,
    };

    private void Expect(bool holds, string what)
    {
        if (!holds)
        {
            Faults.Add(what);
        }
    }
}
