using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Liveness.Benchmarks;

/// <summary>The process at the other end, and connections to it.</summary>
internal sealed class StormLink : IAsyncDisposable
{
    private const int ConnectingAtOnce = 64;

    private readonly Child _peer;
    private readonly HeartbeatOptions _options;
    private readonly bool _isTls;
    private readonly int _port;
    private readonly string _process;

    private StormLink(Child peer, HeartbeatOptions options, bool isTls, string[] started)
    {
        _peer = peer;
        _options = options;
        _isTls = isTls;
        _port = int.Parse(started[0], CultureInfo.InvariantCulture);
        _process = started[1];
    }

    public HeartbeatStream[] Streams { get; private set; } = [];

    /// <summary>How many of them are lost at this end.</summary>
    public int Lost => Streams.Count(static stream => stream.Monitor.State == LivenessState.Lost);

    public static async Task<StormLink> OpenAsync(int connections, TimeSpan detectWithin, bool isTls)
    {
        Child peer = Child.Start(StormPeer.Verb, detectWithin.TotalSeconds.ToString(CultureInfo.InvariantCulture), isTls ? "tls" : "bare");
        StormLink link = new(peer, new HeartbeatOptions { DetectWithin = detectWithin }, isTls, (await peer.ReadAsync()).Split(' '));
        HeartbeatStream[] streams = new HeartbeatStream[connections];
        await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = ConnectingAtOnce }, async (i, _) => streams[i] = await link.ConnectAsync());
        link.Streams = streams;
        return link;
    }

    /// <summary>The peer's count of its losses.</summary>
    public async Task<int> LostAtPeerAsync() => int.Parse(await _peer.AskAsync("lost"), CultureInfo.InvariantCulture);

    /// <returns>When it was about to be sent, by the stopwatch.</returns>
    public long Send(int signal)
    {
        long sent = Stopwatch.GetTimestamp();
        Signal.Send(signal, _process);
        return sent;
    }

    public async ValueTask DisposeAsync()
    {
        Send(Signal.Kill);
        await Task.WhenAll(Streams.Select(static stream => stream.DisposeAsync().AsTask()));
        await _peer.DisposeAsync();
    }

    private async Task<HeartbeatStream> ConnectAsync()
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port));
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (_isTls)
        {
            SslStream tls = new(stream);
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = Certificate.Host, RemoteCertificateValidationCallback = static (_, presented, _, _) => presented?.Subject == $"CN={Certificate.Host}" });
            stream = tls;
        }

        return await HeartbeatStream.StartAsync(stream, _options);
    }
}
