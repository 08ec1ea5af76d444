using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class SideHandshakeTests
{
    private static readonly byte[] s_secret = [.. "a secret of the two"u8];
    private static readonly byte[] s_other = [.. "a secret of the twp"u8];
    private static readonly SideIdentity s_clientId = new(1, 2);
    private static readonly SideIdentity s_serverId = new(3, 4);
    private static readonly Bytes32 s_clientNonce = new(5, 6);
    private static readonly Bytes32 s_serverNonce = new(7, 8);

    [Theory]
    [InlineData(true, "C:Auth S:Auth C:Proof S:Proof S:Ready")]
    [InlineData(false, "C:Auth S:Auth S:Ready")]
    public void Two_ends_that_agree_become_ready(bool withSecret, string expected)
    {
        byte[]? secret = withSecret ? s_secret : null;
        SideHandshake client = Client(secret);
        SideHandshake server = Server(secret);

        Run(client, server).Should().Be(expected);

        client.State.Should().Be(SideHandshakeState.Ready);
        server.State.Should().Be(SideHandshakeState.Ready);
        client.PeerMaxWatches.Should().Be(77);
    }

    [Fact]
    public void A_server_tells_nothing_that_depends_on_the_secret_to_a_client_with_another_one()
    {
        SideHandshake client = Client(s_other);
        SideHandshake server = Server(s_secret);

        Run(client, server).Should().Be("C:Auth S:Auth C:Proof");

        server.State.Should().Be(SideHandshakeState.Refused);
        server.Refusal.Should().Be("the peer does not know our shared secret");
        client.State.Should().Be(SideHandshakeState.Running);
    }

    [Theory]
    [InlineData(true, "a shared secret is configured at the client, and none here")]
    [InlineData(false, "a shared secret is configured here, and none at the client")]
    public void A_secret_at_one_end_only_is_refused_in_words(bool atClient, string refusal)
    {
        SideHandshake client = Client(atClient ? s_secret : null);
        SideHandshake server = Server(atClient ? null : s_secret);

        Run(client, server).Should().Be("C:Auth");

        server.Refusal.Should().Be(refusal);
    }

    [Fact]
    public void A_mirror_is_refused_even_where_it_changes_the_nonce()
    {
        SideHandshake honest = Client(s_secret);
        byte[] auth = Begin(honest);
        Feed(honest, auth).Should().BeEmpty();
        honest.Refusal.Should().Contain("mirror");

        // Its own nonce with one bit changed passes; then the client's proof comes back, and is made for the other direction.
        SideHandshake client = Client(s_secret);
        byte[] mirrored = Begin(client);
        mirrored[^1] ^= 1;
        byte[] proof = Feed(client, mirrored);
        Feed(client, proof).Should().BeEmpty();
        client.Refusal.Should().Be("the peer does not know our shared secret");
    }

    [Fact]
    public void A_server_that_does_not_prove_itself_is_refused()
    {
        SideHandshake client = Client(s_secret);
        Begin(client);
        Feed(client, Auth(SideAuthMethod.SharedSecret)).Should().HaveCount(35);

        Feed(client, SideMessages.Write(room => SideMessageWriter.WriteReady(room, 5)));

        client.Refusal.Should().Be("the server did not prove that it knows our shared secret");
        client.PeerMaxWatches.Should().Be(0);
    }

    [Fact]
    public void Every_other_message_before_ready_is_a_violation_and_a_refusal_is_for_good()
    {
        byte[][] others =
        [
            SideMessages.Write(room => SideMessageWriter.WriteWatch(room, default)),
            SideMessages.Write(room => SideMessageWriter.WriteWatchKey(room, default)),
            SideMessages.Write(room => SideMessageWriter.WriteAsk(room, [1UL])),
            SideMessages.Write(room => SideMessageWriter.WriteReady(room, 1)),
            SideMessages.Write(room => SideMessageWriter.WriteProof(room, new byte[32])),
        ];
        foreach (byte[] other in others)
        {
            SideHandshake server = Server(s_secret);
            Feed(server, other).Should().BeEmpty();
            server.Refusal.Should().Be("the peer sent a message out of turn before it was ready");
            Feed(server, Auth(SideAuthMethod.SharedSecret)).Should().BeEmpty();
            server.State.Should().Be(SideHandshakeState.Refused);
        }
    }

    [Fact]
    public void A_second_greeting_an_unknown_version_and_an_unknown_method_are_refused()
    {
        SideHandshake twice = Server(s_secret);
        Feed(twice, Auth(SideAuthMethod.SharedSecret)).Should().NotBeEmpty();
        Feed(twice, Auth(SideAuthMethod.SharedSecret)).Should().BeEmpty();
        twice.State.Should().Be(SideHandshakeState.Refused);

        SideHandshake newer = Server(s_secret);
        Feed(newer, Auth(SideAuthMethod.SharedSecret, 2)).Should().BeEmpty();
        newer.Refusal.Should().Contain("version");

        SideHandshake unknown = Server(null);
        Feed(unknown, Auth((SideAuthMethod)9)).Should().BeEmpty();
        unknown.Refusal.Should().Contain("does not know");
    }

    [Fact]
    public void A_proof_fits_one_direction_of_one_connection_only()
    {
        UInt128[] ids = [1, 2, 3, 4];
        byte[] nonces = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
        byte[] proof = Proof(s_secret, true, nonces, ids);

        Verify(s_secret, true, nonces, ids, proof).Should().BeTrue();
        Verify(s_other, true, nonces, ids, proof).Should().BeFalse();
        Verify(s_secret, false, nonces, ids, proof).Should().BeFalse();
        Verify(s_secret, true, nonces, ids, proof[..31]).Should().BeFalse();
        for (int i = 0; i < 64; i += 9)
        {
            byte[] changed = [.. nonces];
            changed[i] ^= 0x80;
            Verify(s_secret, true, changed, ids, proof).Should().BeFalse();
        }

        for (int i = 0; i < 4; i++)
        {
            UInt128[] changed = [.. ids];
            changed[i] += 1;
            Verify(s_secret, true, nonces, changed, proof).Should().BeFalse();
        }
    }

    private static byte[] Proof(byte[] secret, bool byClient, byte[] nonces, UInt128[] ids)
    {
        byte[] proof = new byte[32];
        SideAuthentication.ComputeProof(secret, byClient, Participant(nonces, ids, 0), Participant(nonces, ids, 1), proof);
        return proof;
    }

    private static bool Verify(byte[] secret, bool byClient, byte[] nonces, UInt128[] ids, byte[] proof)
    {
        return SideAuthentication.Verify(secret, byClient, Participant(nonces, ids, 0), Participant(nonces, ids, 1), proof);
    }

    private static SideParticipant Participant(byte[] nonces, UInt128[] ids, int which) =>
        new(Bytes32.Read(nonces.AsSpan(32 * which)), new SideIdentity(ids[which], ids[2 + which]));

    private static SideHandshake Client(byte[]? secret) => new(true, secret, s_clientNonce, s_clientId, s_serverId, 0);

    private static SideHandshake Server(byte[]? secret) => new(false, secret, s_serverNonce, s_serverId, s_clientId, 77);

    private static byte[] Auth(SideAuthMethod method, byte version = 1)
    {
        return SideMessages.Write(room => SideMessageWriter.WriteAuth(room, new AuthMessage(version, method, new Bytes32(9, 9))));
    }

    private static byte[] Begin(SideHandshake end) => SideMessages.Write(room => end.Begin(room));

    private static byte[] Feed(SideHandshake end, ReadOnlySpan<byte> bytes)
    {
        SideMessageReader reader = new();
        byte[] room = new byte[SideHandshake.MaxOutput];
        List<byte> output = [];
        while (reader.TryRead(ref bytes, out SideMessageType type, out ReadOnlySpan<byte> payload))
        {
            output.AddRange(room[..end.Receive(type, payload, room)]);
        }

        return [.. output];
    }

    /// <returns>Who sent what, until nobody sends any more.</returns>
    private static string Run(SideHandshake client, SideHandshake server)
    {
        server.Begin(new byte[SideHandshake.MaxOutput]).Should().Be(0);
        List<string> sent = [];
        bool byClient = true;
        for (byte[] bytes = Begin(client); bytes.Length > 0; byClient = !byClient)
        {
            sent.AddRange(SideMessages.Trace(bytes).Select(text => $"{(byClient ? 'C' : 'S')}:{text.Split(' ')[0].Replace("Message", "", StringComparison.Ordinal)}"));
            bytes = Feed(byClient ? server : client, bytes);
        }

        return string.Join(' ', sent);
    }
}
