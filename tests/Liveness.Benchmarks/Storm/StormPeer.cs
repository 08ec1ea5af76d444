using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Liveness.Benchmarks;

/// <summary>What the child process does: it accepts connections, over TLS or bare, and beats, until it is stopped or killed.</summary>
internal static class StormPeer
{
    /// <summary>Of the command line; not for people.</summary>
    public const string Verb = "storm-end";

    /// <param name="arguments">The seconds of DetectWithin; "tls" or "bare".</param>
    public static async Task RunAsync(string[] arguments)
    {
        HeartbeatOptions options = new() { DetectWithin = TimeSpan.FromSeconds(double.Parse(arguments[0], CultureInfo.InvariantCulture)) };
        using X509Certificate2? certificate = arguments[1] == "tls" ? Certificate.Create() : null;
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        List<HeartbeatStream> streams = [];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{((IPEndPoint)listener.LocalEndPoint!).Port} {Environment.ProcessId}"));
        _ = AcceptAllAsync(listener, certificate, options, streams);
        while (await Console.In.ReadLineAsync() is not null)
        {
            lock (streams)
            {
                Console.WriteLine(streams.Count(stream => stream.Monitor.State is LivenessState.Lost).ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private static async Task AcceptAllAsync(Socket listener, X509Certificate2? certificate, HeartbeatOptions options, List<HeartbeatStream> streams)
    {
        while (true)
        {
            Socket socket = await listener.AcceptAsync();
            _ = OpenAsync(socket, certificate, options, streams);
        }
    }

    private static async Task OpenAsync(Socket socket, X509Certificate2? certificate, HeartbeatOptions options, List<HeartbeatStream> streams)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (certificate is not null)
        {
            SslStream tls = new(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate });
            stream = tls;
        }

        HeartbeatStream opened = await HeartbeatStream.StartAsync(stream, options);
        lock (streams)
        {
            streams.Add(opened);
        }
    }
}
