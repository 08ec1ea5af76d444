using System.Buffers;
using System.IO.Pipelines;
using Liveness.Tests.Support;

namespace Liveness.Tests.DependencyInjection;

/// <summary>A stream that shows its bytes is recognised without taking one out: whoever reads what lies beneath finds all of them.</summary>
public sealed class PeekablePipeTests : IAsyncDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);
    private static readonly byte[] s_hello = PeerFrames.Hello();

    private readonly Pipe _pipe = new();
    private readonly PeekablePipeStream _stream;
    private readonly LivenessFactory _factory =
        new(new LivenessOptions { PlainPeers = PlainPeers.Serve, Heartbeat = { PlainPeerAfter = TimeSpan.FromMilliseconds(300) } });

    public PeekablePipeTests() => _stream = new PeekablePipeStream(_pipe.Reader);

    public ValueTask DisposeAsync() => _factory.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(6)]
    public async Task A_plain_peer_is_recognised_and_every_byte_is_still_there(int right)
    {
        byte[] said = [.. s_hello[..right], .. "GET / HTTP/1.1"u8];
        Task<LivenessConnection> attaching = _factory.AttachAsync(_stream);
        foreach (byte one in said)
        {
            await _pipe.Writer.WriteAsync(new[] { one });
        }

        await using LivenessConnection connection = await attaching.WaitAsync(s_safety);

        (connection.Mode, _stream.Reads).Should().Be((LivenessMode.KernelOnly, 0));
        (await _pipe.Reader.ReadAsync()).Buffer.ToArray().Should().Equal(said);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task A_silent_peer_leaves_no_read_behind(int bytes)
    {
        await _pipe.Writer.WriteAsync(s_hello.AsMemory(0, bytes));

        await using LivenessConnection connection = await _factory.AttachAsync(_stream).WaitAsync(s_safety);

        await _pipe.Writer.WriteAsync(s_hello.AsMemory(bytes));
        (connection.Mode, _stream.Reads).Should().Be((LivenessMode.KernelOnly, 0));

        // Not ReadAtLeastAsync: in .NET 10 it never ends where the bytes are here and the read before has examined all that there was.
        (await _pipe.Reader.ReadAsync().AsTask().WaitAsync(s_safety)).Buffer.ToArray().Should().Equal(s_hello);
    }

    [Fact]
    public async Task A_peer_that_ends_its_direction_is_plain_at_once()
    {
        await _pipe.Writer.CompleteAsync();

        await using LivenessConnection connection = await _factory.AttachAsync(_stream).WaitAsync(s_safety);

        connection.Mode.Should().Be(LivenessMode.KernelOnly);
    }

    [Fact]
    public async Task A_Liveness_peer_is_read_from_its_first_byte()
    {
        await _pipe.Writer.WriteAsync(s_hello);

        await using LivenessConnection connection = await _factory.AttachAsync(_stream).WaitAsync(s_safety);

        connection.Mode.Should().Be(LivenessMode.InBand);
        await connection.AbortAsync();
    }
}
