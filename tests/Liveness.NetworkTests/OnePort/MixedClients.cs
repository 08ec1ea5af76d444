using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Liveness.NetworkTests.OnePort;

/// <summary>So many clients of all kinds at once, each for some seconds and then replaced, until the time is up.</summary>
internal sealed class MixedClients(IPEndPoint server, TimeSpan duration)
{
    private static readonly HeartbeatOptions s_heartbeat = new() { DetectWithin = TimeSpan.FromSeconds(30), HandshakeTimeout = TimeSpan.FromSeconds(30) };
    private static readonly double[] s_stay = [1, 6];

    private readonly long _begun = Stopwatch.GetTimestamp();
    private int _connections;
    private int _questions;

    public ConcurrentQueue<string> Failures { get; } = new();

    public int Connections => _connections;

    public int Questions => _questions;

    private bool IsOver => Stopwatch.GetElapsedTime(_begun) >= duration;

    public Task RunAsync(int clients) => Task.WhenAll(Enumerable.Range(0, clients).Select(ReplaceAsync));

    private async Task ReplaceAsync(int number)
    {
        Random random = new(number);

        // They don't all come in the same moment.
        await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 4));
        for (int turn = number; !IsOver; turn++)
        {
            ClientKind kind = ClientKind.All[turn % ClientKind.All.Count];
            try
            {
                await StayAsync(kind, random);
                Interlocked.Increment(ref _connections);
            }
            catch (Exception failure)
            {
                Failures.Enqueue($"{kind}: {failure}");
            }
        }
    }

    private async Task StayAsync(ClientKind kind, Random random)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        await using Stream stream = await OpenAsync(kind, socket);
        double stays = s_stay[0] + (random.NextDouble() * s_stay[1]);
        long begun = Stopwatch.GetTimestamp();
        bool isGreeted = false;
        do
        {
            byte[] question = Wire.MakeQuestion(random);
            if (kind.SpeaksFirst || isGreeted)
            {
                await stream.WriteAsync(question);
            }

            if (!isGreeted)
            {
                byte[] greeting = new byte[Wire.Greeting.Length];
                await stream.ReadExactlyAsync(greeting);
                isGreeted = greeting.AsSpan().SequenceEqual(Wire.Greeting.Span) ? true : throw new InvalidDataException("another greeting");
                if (!kind.SpeaksFirst)
                {
                    await stream.WriteAsync(question);
                }
            }

            byte[] answer = new byte[32];
            await stream.ReadExactlyAsync(answer);
            if (!answer.AsSpan().SequenceEqual(Wire.Answer(question.AsSpan(4))))
            {
                throw new InvalidDataException("the hash of another question");
            }

            Interlocked.Increment(ref _questions);
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble()));
        }
        while (Stopwatch.GetElapsedTime(begun).TotalSeconds < stays && !IsOver);
    }

    private static async Task<Stream> OpenAsync(ClientKind kind, Socket socket)
    {
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (kind.Tls != TlsUse.Bare)
        {
            SslStream tls = new(stream);
            List<SslApplicationProtocol>? offered = kind.Tls != TlsUse.TlsWithAlpn ? null
                : kind.IsLiveness ? [LivenessProtocol.Alpn, SslApplicationProtocol.Http11]
                : [SslApplicationProtocol.Http11];
#pragma warning disable CA5359 // The certificate was made for this run.
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "one-port",
                ApplicationProtocols = offered,
                RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            });
#pragma warning restore CA5359
            stream = tls;
        }

        return kind.IsLiveness ? await HeartbeatStream.StartAsync(stream, s_heartbeat) : stream;
    }
}
