using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

public sealed class SideBookTests
{
    private static readonly byte[] s_auth = SideRaw.Message(SideRaw.Auth, [1, 1, .. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public static TheoryData<bool, string, byte[]> Lies => new()
    {
        { true, "0x0A", SideRaw.Message(10) },
        { true, "of 513 bytes", [SideRaw.Ask, 2, 1] },
        { true, "ANSWER of 24 bytes", SideRaw.Message(SideRaw.Answer, new byte[24]) },
        { true, "ANSWER with 6", Answer(6, 255) },
        { true, "counts with answer 2", Answer(2, 0) },
        { true, "WATCH from a server", SideRaw.Message(SideRaw.Watch, new byte[52]) },
        { false, "REFUSED from a client", SideRaw.Message(SideRaw.Refused, new byte[9]) },
        { false, "READY from a client", SideRaw.Message(SideRaw.Ready, new byte[4]) },
        { true, "UNWATCH with 4", SideRaw.Message(SideRaw.Unwatch, [.. new byte[8], 4]) },
        { true, "whose count and length differ", SideRaw.Message(SideRaw.Ask, [0, 2, .. new byte[8]]) },
        { true, "the proof is wrong", SideRaw.Message(SideRaw.Proof, new byte[32]) },
        { true, "the nonce is not random", SideRaw.Message(SideRaw.Auth, [1, 1, .. new byte[32]]) },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public void A_message_that_breaks_the_page_is_seen(bool server, string told, byte[] message)
    {
        SideBook book = new(server) { IsReady = true, RightProof = [.. Enumerable.Repeat((byte)7, 32)] };

        book.Take(message).Should().Contain(told);
    }

    [Fact]
    public void Nothing_may_come_before_ready()
    {
        new SideBook(testeeIsServer: true).Take(Answer(1, 0)).Should().Contain("ANSWER before READY");
        new SideBook(testeeIsServer: true).Take(SideRaw.Message(SideRaw.Ready, new byte[4])).Should().Contain("READY before PROOF");
        new SideBook(testeeIsServer: true).Take(SideRaw.Message(SideRaw.Proof, new byte[32])).Should().Contain("proved nothing");
    }

    [Fact]
    public void What_is_right_may_come_in_any_pieces()
    {
        SideBook book = new(testeeIsServer: true) { RightProof = new byte[32] };
        byte[] all = [.. s_auth, .. SideRaw.Message(SideRaw.Proof, new byte[32]), .. SideRaw.Message(SideRaw.Ready, new byte[4]), .. Answer(1, 0)];

        foreach (byte one in all)
        {
            book.Take([one]).Should().BeNull();
        }

        book.Messages.Select(message => message.Type).Should().Equal(SideRaw.Auth, SideRaw.Proof, SideRaw.Ready, SideRaw.Answer);
    }

    private static byte[] Answer(byte value, byte counts) => SideRaw.Message(SideRaw.Answer, [.. new byte[8], value, .. Enumerable.Repeat(counts, 16)]);
}
