using System.Net;
using System.Net.Sockets;
using System.Text;
using Liveness;

namespace Fleet;

/// <summary>One device: connects to any gateway that is there, says who it is, and comes back when its connection has ended.</summary>
internal sealed class Device(int number, Func<int, int?> portOf, TimeSpan afterLoss)
{
    public const int KeyLength = 8;

    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(100);

    private Socket? _socket;

    public string Key { get; } = $"dev-{number:0000}";

    /// <summary>How many of its connections were lost; one that was closed in good order is none.</summary>
    public int Losses { get; private set; }

    /// <summary>How many of its gateways have said that they go away.</summary>
    public int Farewells { get; private set; }

    /// <summary>The moment of its newest connection, by the clock of this process; null = it has none.</summary>
    public long? ConnectedAt { get; private set; }

    public async Task RunAsync(TimeProvider clock, CancellationToken stopping)
    {
        for (int attempt = number; !stopping.IsCancellationRequested; attempt++)
        {
            TimeSpan pause = s_breath;
            try
            {
                pause = portOf(attempt) is { } port ? await ConnectAsync(port, clock, stopping) : s_breath;
            }
            catch (ConnectionLostException) when (ConnectedAt is not null)
            {
                Losses++;
                pause = afterLoss;
            }
            catch (Exception failure)
                when (failure is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // Nobody was there, it was torn off, or the fleet ends: the next gateway, after a breath.
            }

            ConnectedAt = null;
            await Task.Delay(pause, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The device is torn off: its operating system says so.</summary>
    public void Reset() => _socket?.Close(0);

    /// <returns>When it may come back.</returns>
    private async Task<TimeSpan> ConnectAsync(int port, TimeProvider clock, CancellationToken stopping)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, stopping);
        _socket = socket;
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(5) };
        await using HeartbeatStream stream = await HeartbeatStream.StartAsync(socket, options, stopping);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Key), stopping);
        ConnectedAt = clock.GetTimestamp();
        await stream.CopyToAsync(Stream.Null, stopping);

        // The gateway's data has ended; its last word comes right behind.
        await stream.Monitor.Completion.WaitAsync(stopping);
        if (stream.Monitor.PeerGoingAway is not { } word)
        {
            return s_breath;
        }

        Farewells++;
        return word.ReconnectAfter ?? s_breath;
    }
}
