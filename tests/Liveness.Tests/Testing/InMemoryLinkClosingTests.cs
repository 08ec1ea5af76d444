using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

public class InMemoryLinkClosingTests : InMemoryLinkHarness
{
    [Fact]
    public void A_reset_fails_what_is_pending_and_all_that_follows_at_both_ends()
    {
        Link.ToServer.BufferSize = 1;
        Task read = Link.Client.ReadAsync(new byte[1]).AsTask();
        Task write = Link.Client.WriteAsync(new byte[2]).AsTask();

        Link.Reset();
        Queue.RunAll();

        ErrorOf(read).Should().Be(SocketError.ConnectionReset);
        ErrorOf(write).Should().Be(SocketError.ConnectionReset);
        ErrorOf(Link.Server.ReadAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
        ErrorOf(Link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public void Disposing_one_end_ends_the_other_behind_the_data()
    {
        Link.Client.Write([1, 2]);
        Link.Client.Dispose();

        Read(Link.Server).Should().Equal(1, 2);
        Read(Link.Server).Should().BeEmpty();
    }

    [Fact]
    public void A_write_to_a_closed_peer_is_accepted_first_and_then_fails()
    {
        Link.Client.Dispose();

        ErrorOf(Link.Server.WriteAsync(new byte[1]).AsTask()).Should().BeNull();
        ErrorOf(Link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
        Read(Link.Server).Should().BeEmpty("the end of the stream is still an end");
    }

    [Fact]
    public void The_refusal_of_a_closed_peer_takes_a_round_trip()
    {
        Link.ToServer.Delay = Link.ToClient.Delay = TimeSpan.FromMilliseconds(10);
        Link.Client.Dispose();
        Link.Server.Write([1]);

        Advance(19);
        ErrorOf(Link.Server.WriteAsync(new byte[1]).AsTask()).Should().BeNull();
        Advance(1);
        ErrorOf(Link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
    }

    [Fact]
    public void Disposing_with_unread_bytes_resets_the_other_end()
    {
        Link.Server.Write([1]);
        Link.Client.Dispose();

        ErrorOf(Link.Server.ReadAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public void After_an_abort_the_other_end_reads_what_has_arrived_and_then_gets_the_reset()
    {
        Link.Client.Write([1, 2]);
        InMemoryLink.Abort(Link.Client);

        Read(Link.Server).Should().Equal(1, 2);
        ErrorOf(Link.Server.ReadAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
        ErrorOf(Link.Server.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.ConnectionReset);
        FluentActions.Invoking(() => InMemoryLink.Abort(new MemoryStream())).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void After_half_closing_an_end_still_reads()
    {
        InMemoryLink.CompleteWrites(Link.Client);
        Read(Link.Server).Should().BeEmpty();
        Link.Server.Write([1]);

        Read(Link.Client).Should().Equal(1);
        ErrorOf(Link.Client.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
    }

    [Fact]
    public void Closing_theLink_ends_both_ways_behind_the_data()
    {
        Link.Client.Write([1]);
        Link.Close();

        Read(Link.Server).Should().Equal(1);
        Read(Link.Server).Should().BeEmpty();
        Read(Link.Client).Should().BeEmpty();
        ErrorOf(Link.Client.WriteAsync(new byte[1]).AsTask()).Should().BeNull();
        ErrorOf(Link.Client.WriteAsync(new byte[1]).AsTask()).Should().Be(SocketError.Shutdown);
    }

    [Fact]
    public void Disposing_an_end_fails_its_own_pending_operations()
    {
        Task read = Link.Client.ReadAsync(new byte[1]).AsTask();

        Link.Client.Dispose();
        Queue.RunAll();

        ErrorOf(read).Should().Be(SocketError.OperationAborted);
        Link.Client.Invoking(s => s.ReadAsync(new byte[1])).Should().Throw<ObjectDisposedException>();
        Link.Client.CanRead.Should().BeFalse();
    }

    [Fact]
    public void Disposing_theLink_leaves_nothing_pending_and_no_timer()
    {
        Link.ToServer.Delay = TimeSpan.FromSeconds(1);
        Task client = Link.Client.ReadAsync(new byte[1]).AsTask();
        Task server = Link.Server.ReadAsync(new byte[1]).AsTask();
        Link.Client.Write([1]);

        Link.Dispose();
        Queue.RunAll();

        client.IsFaulted.Should().BeTrue();
        server.IsFaulted.Should().BeTrue();
        Clock.NextTimerDue.Should().BeNull();
    }
}
