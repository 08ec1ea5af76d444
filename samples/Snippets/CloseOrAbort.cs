using System.Net;
using System.Net.Sockets;
using Liveness;

namespace Snippets;

/// <summary>Leaving a connection: in good order, with a word from the peer, or in the middle of things.</summary>
internal static class CloseOrAbort
{
    public static async Task RunAsync()
    {
        await RunAsync(new MemoryStream("all of it"u8.ToArray()));
        await RunAsync(new FailingReport());
    }

    private static async Task RunAsync(Stream report)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient tcp = new();
        await tcp.ConnectAsync(IPAddress.Loopback, ((IPEndPoint)listener.LocalEndpoint).Port);
        await using HeartbeatStream server = new(await listener.AcceptSocketAsync());
        Task<ConnectionLoss?> told = ReceiveAsync(server);
        await using HeartbeatStream client = new(tcp.Client);
        try
        {
            await SendAsync(client, report);
        }
        catch (InvalidDataException)
        {
            Console.WriteLine($"the peer is told: {await told}");
        }
    }

    private static async Task SendAsync(HeartbeatStream stream, Stream report)
    {
        try
        {
            await report.CopyToAsync(stream);
        }
        catch (Exception failure)
        {
            // Else the dispose that follows would tell the peer that this was all.
            await stream.AbortAsync(failure.Message);
            throw;
        }

        CloseResult result = await stream.CloseAsync();
        bool hasAll = result.Outcome == CloseOutcome.Confirmed;
        Console.WriteLine(hasAll ? "the peer has all of it" : $"{result.UnconfirmedBytes} bytes may be missing");
    }

    private static async Task<ConnectionLoss?> ReceiveAsync(HeartbeatStream stream)
    {
        try
        {
            await stream.CopyToAsync(Stream.Null);
        }
        catch (ConnectionLostException)
        {
            // Completion tells it, too.
        }

        return await stream.Monitor.Completion;
    }

    /// <summary>A report that turns out to be broken when half of it is sent.</summary>
    private sealed class FailingReport : MemoryStream
    {
        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            throw new InvalidDataException("the report is broken");
    }
}
