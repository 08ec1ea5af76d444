using System.Net.Sockets;

namespace Liveness.Testing;

/// <summary>Joins a socket to one end of the faulty network: bytes, FIN and RST, both ways.</summary>
internal sealed class RelayEnd(Socket socket, InMemoryStream network, RelayMeter delivered) : IDisposable
{
    private const int ChunkSize = 16 * 1024;

    private volatile bool _sendFailed;

    /// <summary>Ends when both directions have. Fails with nothing that sockets do.</summary>
    public async Task RunAsync()
    {
        RelayOutcome[] outcomes = await Task.WhenAll(ReceiveAsync(), SendAsync()).ConfigureAwait(false);
        if (outcomes.Contains(RelayOutcome.SocketBroken))
        {
            network.Abort();
        }

        if (outcomes.Contains(RelayOutcome.NetworkBroken))
        {
            Reset();
        }
    }

    /// <summary>RST: a close with linger zero.</summary>
    public void Reset() => socket.Close(0);

    public void Dispose() => socket.Dispose();

    /// <summary>From the socket into the network. An RST goes in behind all that was received before it.</summary>
    private async Task<RelayOutcome> ReceiveAsync()
    {
        byte[] buffer = new byte[ChunkSize];
        try
        {
            while (await socket.ReceiveAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                await network.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
            }

            // A failed send has taken the error away: what looks like the end is an RST.
            if (_sendFailed)
            {
                return RelayOutcome.SocketBroken;
            }

            network.CompleteWrites();
            return RelayOutcome.Ended;
        }
        catch (Exception e) when (IsOfSocket(e))
        {
            network.Abort();
            return RelayOutcome.SocketBroken;
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            return RelayOutcome.NetworkBroken;
        }
    }

    /// <summary>Out of the network to the socket.</summary>
    private async Task<RelayOutcome> SendAsync()
    {
        byte[] buffer = new byte[ChunkSize];
        try
        {
            while (await network.ReadAsync(buffer).ConfigureAwait(false) is var count and > 0)
            {
                for (int sent = 0; sent < count;)
                {
                    int some = await socket.SendAsync(buffer.AsMemory(sent, count - sent)).ConfigureAwait(false);
                    sent += some;
                    delivered.Add(some);
                }
            }

            socket.Shutdown(SocketShutdown.Send);
            return RelayOutcome.Ended;
        }
        catch (Exception e) when (IsOfSocket(e))
        {
            _sendFailed = true;
            return RelayOutcome.SocketBroken;
        }
        catch (Exception e) when (IsOfNetwork(e))
        {
            Reset();
            return RelayOutcome.NetworkBroken;
        }
    }

    private static bool IsOfSocket(Exception e) =>
        e is SocketException or ObjectDisposedException { ObjectName: "System.Net.Sockets.Socket" };

    private static bool IsOfNetwork(Exception e) => e is IOException or ObjectDisposedException;
}
