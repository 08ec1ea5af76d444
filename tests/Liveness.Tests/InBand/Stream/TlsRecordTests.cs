using System.Buffers;

namespace Liveness.Tests.InBand;

/// <summary>Over TLS records are full, and what a record holds goes straight to where it is wanted.</summary>
public sealed class TlsRecordTests : IDisposable
{
    private const int Record = 16 * 1024;
    private const int Tiny = 1024;

    private readonly TlsRig _rig = new(linkBuffer: 4 * 1024 * 1024);
    private int _passed;

    /// <summary>The library counts on this: it may lend the application's buffer to a read that does not wait.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_empty_read_of_TLS_waits_for_a_whole_record_and_the_read_behind_it_does_not_wait(int records)
    {
        List<byte> held = _rig.ClientTap.Held = [];
        _rig.Fixture.Result(_rig.ClientTls.WriteAsync(new byte[(records * Record) - 100]));
        Task<int> empty = _rig.ServerTls.ReadAsync(Memory<byte>.Empty).AsTask();
        int first = Record + RecordTap.Sealing - (records == 1 ? 100 : 0);
        foreach (int upTo in (int[])[1, 4, 5, 6, first - 1])
        {
            Pass(held, upTo);
            empty.IsCompleted.Should().BeFalse("{0} bytes of the record are there", upTo);
        }

        Pass(held, first);
        _rig.Fixture.Result(empty).Should().Be(0);
        Pass(held, Math.Min(first + 3, held.Count));

        Task<int> read = _rig.ServerTls.ReadAsync(new byte[100_000]).AsTask();

        read.IsCompleted.Should().BeTrue();
        _rig.Fixture.Result(read).Should().Be(first - RecordTap.Sealing);
    }

    [Theory]
    [InlineData(Record, false)]
    [InlineData(2 * Record, false)]
    [InlineData(4 * Record, false)]
    [InlineData(1024 * 1024, false)]
    [InlineData(Record, true)]
    [InlineData(2 * Record, true)]
    [InlineData(4 * Record, true)]
    [InlineData(1024 * 1024, true)]
    public void Writes_in_a_row_make_no_tiny_record(int size, bool largeFrames)
    {
        (HeartbeatStream client, _) = _rig.Open(() => Roomy(largeFrames));
        byte[] data = new byte[size];
        int writes = 2 * 1024 * 1024 / size;
        for (int i = 0; i < writes; i++)
        {
            client.WriteAsync(data).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        }

        // The first could not know that more would follow.
        _rig.ClientTap.Records.Skip(4 * size / Record).Should().NotContain(length => length < Tiny);
        _rig.Fixture.Run();
        _rig.ClientTap.Records.Count(length => length < Record).Should().BeLessThan(5);
        ((int)_rig.ClientTap.Records.Sum(length => (long)length)).Should().BeInRange(writes * size, (writes * size) + 4_000);
    }

    [Theory]
    [InlineData(Record)]
    [InlineData(20_000)]
    [InlineData(4 * Record)]
    public void A_write_by_itself_leaves_nothing_to_others(int size)
    {
        (HeartbeatStream client, _) = _rig.Open(() => Roomy(largeFrames: true));
        _rig.Fixture.Clock.Advance(TimeSpan.FromMilliseconds(1));

        client.WriteAsync(new byte[size]).AsTask().IsCompletedSuccessfully.Should().BeTrue();

        _rig.ClientTap.Records.Sum().Should().BeGreaterThan(size, "the thread pool may be starved");
    }

    [Theory]
    [InlineData("turn")]
    [InlineData("read")]
    [InlineData("flush")]
    [InlineData("complete writes")]
    [InlineData("dispose")]
    public void What_was_left_over_goes_out_with_the_call(string member)
    {
        (HeartbeatStream client, HeartbeatStream server) = _rig.Open(() => Roomy(largeFrames: true));
        byte[] data = [.. Enumerable.Range(0, 4 * Record).Select(value => (byte)value)];
        client.WriteAsync(data).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        int before = _rig.ClientTap.Records.Sum();
        client.WriteAsync(data).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        (_rig.ClientTap.Records.Sum() - before).Should().Be(4 * Record, "the second is followed by a third, as far as anybody knows");

        _ = Call(client, member);

        if (member == "turn")
        {
            _rig.Fixture.Run();
        }

        (_rig.ClientTap.Records.Sum() - before).Should().BeGreaterThan(4 * Record);
        byte[] read = new byte[2 * data.Length];
        _rig.Fixture.Result(server.ReadExactlyAsync(read).AsTask());
        read.Should().Equal([.. data, .. data]);
    }

    [Fact]
    public void A_tail_that_was_kept_back_leaves_by_itself_where_nothing_more_is_written()
    {
        (HeartbeatStream client, HeartbeatStream server) = _rig.Open(() => new HeartbeatOptions { DetectWithin = StreamFixture.T, ReceiveWindow = 4 << 20, MaxReceiveWindow = 4 << 20 });
        byte[] data = new byte[2 * Record];
        for (int i = 0; i < 3; i++)
        {
            client.WriteAsync(data).AsTask().IsCompletedSuccessfully.Should().BeTrue();
        }

        _rig.ClientTap.Records.Sum().Should().BeLessThanOrEqualTo(3 * data.Length, "with the headers of frames it is more: a tail was kept back");

        _rig.Fixture.Run();

        byte[] read = new byte[3 * data.Length];
        _rig.Fixture.Result(server.ReadExactlyAsync(read).AsTask());
    }

    [Fact]
    public void A_large_frame_is_read_straight_into_the_applications_buffer()
    {
        RecordingPool pool = new();
        (HeartbeatStream client, HeartbeatStream server) = _rig.Open(() => Roomy(largeFrames: true), pool);
        byte[] data = new byte[4 * ((4 * Record) - InBandSession.FrameHeader)];
        new Random(1).NextBytes(data);
        byte[] read = new byte[3 * data.Length];
        Task reading = server.ReadExactlyAsync(read).AsTask();
        _rig.Fixture.Result(client.WriteAsync(data));
        _rig.Fixture.Run();
        pool.Rented.Clear();
        _rig.Fixture.Result(client.WriteAsync(data));
        _rig.Fixture.Run();
        int[] rented = [.. pool.Rented];
        _rig.Fixture.Result(client.WriteAsync(data));
        _rig.Fixture.Result(reading);

        read.Should().Equal([.. data, .. data, .. data]);
        rented.Should().NotBeEmpty().And.OnlyContain(size => size == InBandSession.FrameHeader || size == 2048, "headers and what we send");
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>Nobody judges silence, so that frames are as large as they ever become.</summary>
    private static HeartbeatOptions Roomy(bool largeFrames) => new()
    {
        DetectWithin = largeFrames ? Timeout.InfiniteTimeSpan : StreamFixture.T,
        ReceiveWindow = 4 << 20,
        MaxReceiveWindow = 4 << 20,
    };

    private static Task Call(HeartbeatStream stream, string member)
    {
        switch (member)
        {
            case "read":
                return stream.ReadAsync(new byte[10]).AsTask();
            case "flush":
                return stream.FlushAsync();
            case "complete writes":
                stream.CompleteWrites();
                return Task.CompletedTask;
            case "dispose":
                return stream.DisposeAsync().AsTask();
            default:
                return Task.CompletedTask;
        }
    }

    /// <summary>Lets the held bytes go up to there.</summary>
    private void Pass(List<byte> held, int upTo)
    {
        int count = upTo - _passed;
        _passed = upTo;
        _rig.Fixture.Result(_rig.Fixture.Link.Client.WriteAsync(held.GetRange(upTo - count, count).ToArray()));
        _rig.Fixture.Run();
    }

    /// <summary>Notes what is rented.</summary>
    private sealed class RecordingPool : ArrayPool<byte>
    {
        public List<int> Rented { get; } = [];

        public override byte[] Rent(int minimumLength)
        {
            Rented.Add(minimumLength);
            return new byte[minimumLength];
        }

        public override void Return(byte[] array, bool clearArray = false)
        {
        }
    }
}
