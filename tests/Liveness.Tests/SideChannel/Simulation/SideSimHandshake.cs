using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>Two ends of a new side connection come to terms, byte by byte.</summary>
internal static class SideSimHandshake
{
    public static void Run(ulong clientInstance, ulong serverInstance, Random random)
    {
        byte[] secret = [1, 2, 3];
        SideIdentity clientId = new((UInt128)random.NextInt64() + 1, clientInstance);
        SideIdentity serverId = new(clientId.EndpointId + 1, serverInstance);
        SideHandshake client = new(true, secret, new Bytes32((UInt128)random.NextInt64(), 1), clientId, serverId, 0);
        SideHandshake server = new(false, secret, new Bytes32((UInt128)random.NextInt64(), 2), serverId, clientId, 1000);
        SideMessageReader[] readers = [new(), new()];
        byte[] toServer = new byte[SideHandshake.MaxOutput];
        byte[] toClient = new byte[SideHandshake.MaxOutput];
        int length = client.Begin(toServer);
        while (length > 0)
        {
            int back = Feed(server, readers[0], toServer.AsSpan(0, length), toClient);
            length = Feed(client, readers[1], toClient.AsSpan(0, back), toServer);
        }

        client.State.Should().Be(SideHandshakeState.Ready);
        server.State.Should().Be(SideHandshakeState.Ready);
    }

    private static int Feed(SideHandshake end, SideMessageReader reader, ReadOnlySpan<byte> bytes, Span<byte> output)
    {
        int written = 0;
        while (reader.TryRead(ref bytes, out SideMessageType type, out ReadOnlySpan<byte> payload))
        {
            written += end.Receive(type, payload, output[written..]);
        }

        return written;
    }
}
