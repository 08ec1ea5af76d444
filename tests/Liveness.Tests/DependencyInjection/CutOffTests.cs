using System.Net.Sockets;
using Liveness.Tests.InBand;

namespace Liveness.Tests.DependencyInjection;

/// <summary>Who cuts a lost connection off, and how, for each kind of what can be attached.</summary>
public sealed class CutOffTests : IDisposable
{
    private readonly SocketPair _pair = SocketPair.OverTcp();
    private readonly MemoryStream _stream = new();
    private int _aborted;

    private bool IsOpen => _pair.Client.SafeHandle is { IsClosed: false };

    [Fact]
    public void The_target_s_own_way_goes_before_everything()
    {
        CutOff.Of(new AttachTarget(_pair.Client) { AbortTransport = Abort }).Now();

        _aborted.Should().Be(1);
        IsOpen.Should().BeTrue();
    }

    [Fact]
    public void A_socket_is_reset()
    {
        CutOff.Of(new AttachTarget(_stream, _pair.Client)).Now();

        IsOpen.Should().BeFalse();
        ShouldBeReset();
        _stream.CanRead.Should().BeTrue();
    }

    [Fact]
    public void A_stream_without_a_socket_is_disposed()
    {
        CutOff.Of(new AttachTarget(_stream)).Now();

        _stream.CanRead.Should().BeFalse();
    }

    [Fact]
    public void Where_the_transport_does_it_nobody_does_it_again()
    {
        SocketTransport transport = new(_pair.Client, owner: null, leaveOpen: false);

        CutOff.InBand(new AttachTarget(_pair.Client), abort: null, transport).Now();

        IsOpen.Should().BeTrue();
    }

    [Fact]
    public void A_transport_over_a_bare_socket_does_not_know_the_target_s_own_way()
    {
        SocketTransport transport = new(_pair.Client, owner: null, leaveOpen: false);

        CutOff.InBand(new AttachTarget(_pair.Client) { AbortTransport = Abort }, abort: null, transport).Now();

        _aborted.Should().Be(1);
    }

    [Fact]
    public void A_transport_over_a_stream_is_told_the_target_s_own_way()
    {
        AttachTarget target = new(_stream) { AbortTransport = Abort };
        Action<Stream>? abort = CutOff.ForTransport(target, _ => throw new InvalidOperationException("That of the heartbeat."));
        abort!(_stream);
        _aborted.Should().Be(1);

        CutOff.InBand(target, abort: null, Transport.Over(_stream, leaveOpen: false, abort)).Now();

        _aborted.Should().Be(1);
        _stream.CanRead.Should().BeTrue();
    }

    [Fact]
    public void Where_the_transport_leaves_the_stream_open_the_heartbeat_s_own_way_is_called_with_it()
    {
        List<Stream> aborted = [];
        AttachTarget target = new(_stream, _pair.Client) { LeaveOpen = true };

        CutOff.InBand(target, aborted.Add, Transport.Over(_stream, leaveOpen: true, aborted.Add)).Now();

        aborted.Should().Equal(_stream);
        IsOpen.Should().BeTrue();
    }

    [Fact]
    public void A_transport_that_can_t_find_the_socket_is_told_to_reset_it()
    {
        CutOff.ForTransport(new AttachTarget(_stream, _pair.Client), abort: null)!(_stream);

        ShouldBeReset();
    }

    [Fact]
    public void A_transport_that_finds_the_socket_is_told_nothing()
    {
        using NetworkStream network = new(_pair.Client, ownsSocket: false);

        CutOff.ForTransport(new AttachTarget(network), abort: null).Should().BeNull();
    }

    public void Dispose()
    {
        _pair.Dispose();
        _stream.Dispose();
    }

    private void Abort() => _aborted++;

    private void ShouldBeReset() => FluentActions.Invoking(() => _pair.Server.Receive(new byte[1]))
        .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
}
