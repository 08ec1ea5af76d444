using System.Net;
using System.Net.Sockets;

namespace Liveness.Tool.Conformance;

/// <summary>A testee that listens: a process that we start, and start anew when it has died, or one that runs already.</summary>
internal sealed class ListeningTestee : ITestee
{
    /// <summary>On top of two for each case, which dies in it and when it is played again: what is a matter of time is played a few times
    /// more.</summary>
    private const int SpareStarts = 64;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(50);

    private readonly DnsEndPoint? _peer;
    private readonly IReadOnlyList<string> _command;

    /// <summary>A testee that dies by itself is not started for ever.</summary>
    private readonly int _mostStarts;
    private readonly TimeProvider _timeProvider;
    private readonly Lock _lock = new();

    /// <summary>Guarded by the lock; the newest is the last. Each has a port of its own: that of a dead one may be taken for a while.
    /// </summary>
    private readonly List<(TesteeProcess Process, DnsEndPoint Address, int? DataPort)> _started = [];

    /// <summary>The newest process has taken a connection.</summary>
    private volatile bool _serves;

    private ListeningTestee(DnsEndPoint? peer, IReadOnlyList<string> command, int mostStarts, TimeProvider timeProvider) =>
        (_peer, _command, _mostStarts, _timeProvider) = (peer, command, mostStarts, timeProvider);

    public int MostAtOnce => 32;

    public static ListeningTestee At(DnsEndPoint address, TimeProvider timeProvider) => new(address, [], mostStarts: 0, timeProvider);

    /// <param name="command">With PORT where the port belongs.</param>
    /// <param name="cases">How many there are to play.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="ToolException">There is no such program, or it can't be run.</exception>
    public static ListeningTestee Start(IReadOnlyList<string> command, int cases, TimeProvider timeProvider)
    {
        ListeningTestee testee = new(null, command, (2 * cases) + SpareStarts, timeProvider);
        testee.StartProcess();
        return testee;
    }

    public async Task<TesteeConnection> OpenAsync(CancellationToken cancellationToken)
    {
        long begun = _timeProvider.GetTimestamp();
        while (true)
        {
            (TesteeProcess? process, DnsEndPoint address, int? dataPort) = Living();
            Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
                _serves = true;
                return new TesteeConnection(socket, process, onClosed: null) { DataPort = dataPort };
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                if (process is null || _timeProvider.GetElapsedTime(begun) > s_patience)
                {
                    throw new ToolException(
                        $"Nobody listens at {address.Host}:{address.Port}: {exception.Message}. {process?.Said}".TrimEnd(),
                        ExitCodes.NoSuchTarget);
                }
            }
            catch
            {
                socket.Dispose();
                throw;
            }

            await Task.Delay(s_again, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((TesteeProcess process, _, _) in _started)
        {
            await process.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The process that runs now. One that has died before it took a connection would do so again.</summary>
    private (TesteeProcess? Process, DnsEndPoint Address, int? DataPort) Living()
    {
        if (_peer is not null)
        {
            return (null, _peer, null);
        }

        lock (_lock)
        {
            if (_started[^1].Process.Exit is not { } exit)
            {
                return _started[^1];
            }

            if (exit.Code == TesteeProcess.Unsupported)
            {
                throw new UnsupportedException();
            }

            if (!_serves || _started.Count >= _mostStarts)
            {
                string often = _serves ? $"it has ended {_started.Count} times, and is not started again: " : "";
                throw new ToolException($"The testee has ended, {often}with {exit}", ExitCodes.NoSuchTarget);
            }

            return StartProcess();
        }
    }

    private (TesteeProcess Process, DnsEndPoint Address, int? DataPort) StartProcess()
    {
        DnsEndPoint address = new("127.0.0.1", FreePort());
        int? dataPort = _command.Contains(Placeholders.DataPort) ? FreePort() : null;
        string[] command = Placeholders.Fill(_command, address.Host, address.Port, dataPort ?? 0);
        _started.Add((TesteeProcess.Start(command, isToStay: true, _timeProvider), address, dataPort));
        _serves = false;
        return _started[^1];
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
