using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Chat;

/// <summary>Everybody hears what anybody says.</summary>
internal sealed class ChatServer
{
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Guest, bool> _guests = new();

    public async Task RunAsync(int port, CancellationToken stopping)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        listener.Start();
        Console.WriteLine($"Listening on port {((IPEndPoint)listener.LocalEndpoint).Port}. Ctrl+C ends.");
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // Not awaited: whoever is slow to introduce itself must not keep the next one waiting.
                _ = ServeAsync(await listener.AcceptSocketAsync(stopping));
            }
            catch (SocketException failure)
            {
                // One client has gone before it was accepted, or there are no more handles for now. The listener lives on.
                Console.WriteLine($"Accepting failed: {failure.Message}");
                await Task.Delay(s_breath, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await Task.WhenAll(_guests.Keys.Select(guest => guest.SendAwayAsync()));
    }

    /// <summary>Nobody awaits it, so it must not fail.</summary>
    private async Task ServeAsync(Socket accepted)
    {
        try
        {
            await using Guest guest = new(accepted);
            _guests[guest] = true;
            try
            {
                await guest.StayAsync(Tell);
            }
            finally
            {
                _guests.TryRemove(guest, out _);
            }
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure);
        }
    }

    private void Tell(string text)
    {
        Console.WriteLine(text);
        foreach (Guest guest in _guests.Keys)
        {
            guest.Tell(text);
        }
    }
}
