using System.Buffers;

namespace Liveness.Tests.InBand;

/// <summary>Two heartbeat streams over scripted transports, with the handshake through and everything quiet.</summary>
internal sealed class ScriptedPair : IDisposable
{
    public ScriptedPair(ArrayPool<byte>? pool = null)
    {
        ClientTransport = new ScriptedTransport(Fixture.Link.Client);
        ServerTransport = new ScriptedTransport(Fixture.Link.Server);
        Client = new HeartbeatStream(ClientTransport, Fixture.With(), endpointId: 1, pool);
        Server = new HeartbeatStream(ServerTransport, Fixture.With(), endpointId: 2, pool);
        Task[] started = [Client.StartAsync(), Server.StartAsync()];
        Array.ForEach(started, Fixture.Result);
        Fixture.Advance(TimeSpan.FromMilliseconds(10));
        ClientTransport.Sends.Clear();
        ServerTransport.Sends.Clear();
    }

    /// <summary>The beat interval of both.</summary>
    public static TimeSpan Interval { get; } = StreamFixture.T / 4;

    public StreamFixture Fixture { get; } = new();

    public ScriptedTransport ClientTransport { get; }

    public ScriptedTransport ServerTransport { get; }

    public HeartbeatStream Client { get; }

    public HeartbeatStream Server { get; }

    /// <summary>The payloads of the DATA frames among whole frames.</summary>
    public static List<byte[]> DataOf(IEnumerable<byte> wire)
    {
        FrameReader reader = new(WireLimits.MaxDataPayload);
        byte[] hello = new byte[WireLimits.HeaderSize + WireLimits.HelloPayload];
        FrameWriter.WriteHello(hello, RawPeer.Hello);
        ReadOnlySpan<byte> bytes = [.. hello, .. wire];
        List<byte[]> payloads = [];
        while (!bytes.IsEmpty)
        {
            FrameEvent found = reader.Read(ref bytes, out ReadOnlySpan<byte> data);
            found.Should().NotBe(FrameEvent.Violation);
            if (found == FrameEvent.Data)
            {
                payloads.Add(data.ToArray());
            }
        }

        return payloads;
    }

    public void Dispose() => Fixture.Dispose();
}
