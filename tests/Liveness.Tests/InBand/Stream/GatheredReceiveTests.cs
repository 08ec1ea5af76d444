using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Several frames come in one receive, whether they are what was foreseen or not.</summary>
public sealed class GatheredReceiveTests : IDisposable
{
    private const int Window = 16 * 1024 * 1024;

    private readonly StreamFixture _fixture = new();
    private readonly SocketLikeTransport _transport;
    private readonly HeartbeatStream _stream;
    private readonly Task _started;
    private uint _beats;

    public GatheredReceiveTests()
    {
        _fixture.Link.ToServer.BufferSize = Window;
        _transport = new SocketLikeTransport(_fixture.Link.Server);
        HeartbeatOptions options = _fixture.With(new HeartbeatOptions { DetectWithin = StreamFixture.T, ReceiveWindow = Window, MaxReceiveWindow = Window });
        _stream = new HeartbeatStream(_transport, options, endpointId: 1);
        _started = _stream.StartAsync();
        Send(PeerFrames.Hello());
        _fixture.Result(_started);
    }

    [Fact]
    public void Frames_of_full_length_come_in_one_receive()
    {
        List<byte> data = [];
        byte[] wire = Wire(data, Enumerable.Repeat(WireLimits.MaxDataPayload, 10));
        byte[] buffer = new byte[1024 * 1024];
        ValueTask<int> first = _stream.ReadAsync(buffer);
        Send(wire);
        int count = _fixture.Result(first);

        ReadToEnd(buffer, count, data.Count).Should().Equal(data);
        _transport.MostPartsReceived.Should().BeGreaterThan(8, "the first frame came by itself");
    }

    [Theory]
    [InlineData("beat")]
    [InlineData("short")]
    [InlineData("tiny")]
    [InlineData("nearly")]
    public void One_that_was_not_foreseen_changes_no_byte(string other)
    {
        for (int place = 1; place < 8; place++)
        {
            int[] frames = [.. Enumerable.Repeat(WireLimits.MaxDataPayload, 9)];
            frames[place] = other switch { "beat" => 0, "short" => 30_000, "tiny" => 1, _ => WireLimits.MaxDataPayload - 1 };
            List<byte> data = [];
            byte[] wire = Wire(data, frames);
            byte[] buffer = new byte[1024 * 1024];
            ValueTask<int> first = _stream.ReadAsync(buffer);
            Send(wire);

            ReadToEnd(buffer, _fixture.Result(first), data.Count).Should().Equal(data, "frame {0} was another", place);
        }

        _transport.MostPartsReceived.Should().BeGreaterThan(8, "several were foreseen");
    }

    [Theory]
    [InlineData(7)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Whatever_comes_in_whatever_pieces_arrives_in_order(int seed)
    {
        Random random = new(seed);
        int beats = 0;
        List<byte> data = [];
        byte[] wire = Wire(data, Enumerable.Range(0, 100).Select(_ => random.Next(8) switch
        {
            0 when beats++ < 30 => 0,
            1 => random.Next(1, WireLimits.MaxDataPayload),
            2 => random.Next(1, 100),
            _ => WireLimits.MaxDataPayload,
        }));
        List<byte> got = [];
        BuriedBuffers buried = new();
        for (int at = 0; got.Count < data.Count;)
        {
            byte[] buffer = new byte[random.Next(2) == 0 ? random.Next(1, 1024 * 1024) : 1024 * 1024];
            ValueTask<int> read = _stream.ReadAsync(buffer);
            int piece = Math.Min(wire.Length - at, random.Next(1_000_000));
            Send(wire.AsSpan(at, piece).ToArray());
            at += piece;
            int count = Result(read, ref at, wire);
            got.AddRange(buffer[..count]);
            buried.Bury(buffer);
        }

        got.Should().Equal(data);
        buried.Check();
        _transport.MostPartsReceived.Should().BeGreaterThan(8, "several were foreseen");
        _stream.Monitor.State.Should().Be(LivenessState.Alive);
    }

    public void Dispose() => _fixture.Dispose();

    /// <summary>Where the piece held no data, the rest is sent.</summary>
    private int Result(ValueTask<int> read, ref int at, byte[] wire)
    {
        Task<int> reading = read.AsTask();
        _fixture.Run();
        if (!reading.IsCompleted)
        {
            Send(wire.AsSpan(at).ToArray());
            at = wire.Length;
        }

        return _fixture.Result(reading);
    }

    private byte[] ReadToEnd(byte[] buffer, int count, int total)
    {
        List<byte> got = [.. buffer[..count]];
        while (got.Count < total)
        {
            count = _fixture.Result(_stream.ReadAsync(buffer));
            got.AddRange(buffer[..count]);
        }

        return [.. got];
    }

    /// <param name="data">What the application is to get is added.</param>
    /// <param name="frames">Lengths of payloads; zero = a beat.</param>
    private byte[] Wire(List<byte> data, IEnumerable<int> frames)
    {
        using MemoryStream wire = new();
        Random random = new(1);
        Span<byte> header = stackalloc byte[InBandSession.FrameHeader];
        foreach (int length in frames)
        {
            if (length == 0)
            {
                wire.Write(PeerFrames.Beat(++_beats));
                continue;
            }

            byte[] payload = new byte[length];
            random.NextBytes(payload);
            FrameWriter.WriteDataHeader(header, length);
            wire.Write(header);
            wire.Write(payload);
            data.AddRange(payload);
        }

        return wire.ToArray();
    }

    private void Send(byte[] bytes)
    {
        _fixture.Result(_fixture.Link.Client.WriteAsync(bytes));
        _fixture.Run();
    }
}
