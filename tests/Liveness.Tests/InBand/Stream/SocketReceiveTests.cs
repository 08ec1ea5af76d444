using System.Net.Sockets;

namespace Liveness.Tests.InBand;

/// <summary>The receives of a socket: what ends them, and what the peer sees of that. They call back, or are awaited, as the transport
/// of this system has it.</summary>
public sealed class SocketReceiveTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly SocketPair _pair = SocketPair.OverTcp();
    private readonly Receiver _receiver = new();
    private readonly SocketTransport _transport;

    public SocketReceiveTests() => _transport = new SocketTransport(_pair.Client, owner: null, leaveOpen: false);

    public void Dispose()
    {
        _transport.Abort();
        _pair.Dispose();
    }

    [Fact]
    public async Task A_wait_ends_with_the_first_byte_and_takes_none()
    {
        _transport.Receive(default, _receiver, _receiver.StopToken, out _).Should().BeFalse("there is nothing");

        await _pair.Server.SendAsync(new byte[] { 1, 2, 3 });

        (await _receiver.NextAsync()).Failure.Should().BeNull();
        byte[] buffer = new byte[10];
        _transport.Receive(buffer, _receiver, _receiver.StopToken, out int count).Should().BeTrue();
        buffer[..count].Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task A_receive_with_a_buffer_fills_it_and_the_next_may_begin_when_it_is_told_of()
    {
        byte[] buffer = new byte[10];
        for (byte value = 1; value < 5; value++)
        {
            _transport.Receive(buffer, _receiver, _receiver.StopToken, out _).Should().BeFalse();
            await _pair.Server.SendAsync(new[] { value });

            (await _receiver.NextAsync()).Count.Should().Be(1);
            buffer[0].Should().Be(value);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task A_close_under_a_pending_receive_ends_it_and_says_FIN(int size)
    {
        _transport.Receive(new byte[size], _receiver, _receiver.StopToken, out _).Should().BeFalse();

        await _transport.CloseAsync();

        (await _receiver.NextAsync()).Failure.Should().BeOfType<SocketException>();
        (await _pair.Server.ReceiveAsync(new byte[1]).WaitAsync(s_patience)).Should().Be(0, "a reset would throw");
    }

    [Fact]
    public async Task An_abort_under_a_pending_receive_ends_it_and_resets()
    {
        _transport.Receive(default, _receiver, _receiver.StopToken, out _).Should().BeFalse();

        _transport.Abort();

        (await _receiver.NextAsync()).Failure.Should().BeOfType<SocketException>();
        Func<Task> reading = async () => await _pair.Server.ReceiveAsync(new byte[1]).WaitAsync(s_patience);
        (await reading.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    private sealed class Receiver : IReceiver
    {
        private readonly System.Threading.Channels.Channel<(int Count, Exception? Failure)> _told =
            System.Threading.Channels.Channel.CreateUnbounded<(int, Exception?)>();

        private readonly AwaitedReceive _awaited;

        public Receiver() => _awaited = new AwaitedReceive(this);

        public void OnReceived(int count, Exception? failure) => _told.Writer.TryWrite((count, failure));

        public void Await(ValueTask<int> receive) => _awaited.Await(receive);

        public CancellationToken StopToken => _awaited.StopToken;

        public Task<(int Count, Exception? Failure)> NextAsync() => _told.Reader.ReadAsync().AsTask().WaitAsync(s_patience);
    }
}
