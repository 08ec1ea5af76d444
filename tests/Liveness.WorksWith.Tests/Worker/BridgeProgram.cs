using System.Net;
using System.Net.Sockets;

namespace Liveness.WorksWith.Tests.Worker;

/// <summary>The server's half of a bridge: speaks Liveness at one port, and passes the bytes on to a server that does not.</summary>
internal static class BridgeProgram
{
    public const int PortOffset = 10_000;

    /// <param name="host">Of the server and of the bridge.</param>
    /// <param name="port">Of the server; that of the bridge is <see cref="PortOffset"/> above it.</param>
    public static async Task RunAsync(string host, int port)
    {
        await using LivenessFactory factory = new(new LivenessOptions { DetectWithin = WorkerProgram.InBandBound });
        IPAddress address = IPAddress.Parse(host);
        using TcpListener listener = new(address, port + PortOffset);
        listener.Start();
        while (true)
        {
            TcpClient accepted = await listener.AcceptTcpClientAsync();
            _ = ServeAsync(factory, accepted, new IPEndPoint(address, port));
        }
    }

    private static async Task ServeAsync(ILivenessFactory factory, TcpClient accepted, IPEndPoint server)
    {
        try
        {
            await using LivenessConnection connection = await factory.AttachAsync(accepted);
            using TcpClient plain = new();
            await plain.ConnectAsync(server);
            NetworkStream there = plain.GetStream();
            await Task.WhenAny(connection.Stream.CopyToAsync(there), there.CopyToAsync(connection.Stream));
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            await Console.Error.WriteLineAsync(failure.Message);
        }
    }
}
