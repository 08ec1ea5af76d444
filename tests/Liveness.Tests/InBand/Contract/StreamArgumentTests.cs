namespace Liveness.Tests.InBand;

/// <summary>What is refused before anything is done: as <see cref="Stream"/> says, whatever the state of the connection.</summary>
public sealed class StreamArgumentTests
{
    private static readonly byte[] s_buffer = new byte[10];

    private static readonly Func<Stream, byte[], int, int, Task>[] s_arrayWays =
    [
        (stream, buffer, offset, count) => Task.FromResult(stream.Read(buffer, offset, count)),
        (stream, buffer, offset, count) => stream.ReadAsync(buffer, offset, count),
        (stream, buffer, offset, count) => stream.ReadAsync(buffer, offset, count, new CancellationToken(canceled: true)),
        (stream, buffer, offset, count) => Task.FromResult(stream.BeginRead(buffer, offset, count, null, null)),
        (stream, buffer, offset, count) => Do(() => stream.ReadExactly(buffer, offset, count)),
        (stream, buffer, offset, count) => stream.ReadExactlyAsync(buffer, offset, count).AsTask(),
        (stream, buffer, offset, count) => Do(() => stream.Write(buffer, offset, count)),
        (stream, buffer, offset, count) => stream.WriteAsync(buffer, offset, count),
        (stream, buffer, offset, count) => Do(() => stream.BeginWrite(buffer, offset, count, null, null)),
    ];

    [Fact]
    public void A_buffer_that_is_none_is_refused()
    {
        using StreamFixture fixture = new();
        foreach (Func<Stream, byte[], int, int, Task> way in s_arrayWays)
        {
            fixture.Invoking(it => it.Result(way(it.Client, null!, 0, 0))).Should().Throw<ArgumentNullException>().WithParameterName("buffer");
        }

        fixture.Run();
        fixture.Link.TrafficToServer.BytesSent.Should().Be(0);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(0, -1)]
    [InlineData(0, 11)]
    [InlineData(10, 1)]
    [InlineData(11, 0)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(int.MinValue, 10)]
    public void A_part_that_the_buffer_has_not_is_refused(int offset, int count)
    {
        using StreamFixture fixture = new();
        foreach (Func<Stream, byte[], int, int, Task> way in s_arrayWays)
        {
            fixture.Invoking(it => it.Result(way(it.Client, s_buffer, offset, count))).Should().Throw<ArgumentOutOfRangeException>();
        }

        fixture.Run();
        fixture.Link.TrafficToServer.BytesSent.Should().Be(0);
    }

    [Fact]
    public void What_else_makes_no_sense_is_refused()
    {
        using StreamFixture fixture = new();
        HeartbeatStream stream = fixture.Client;
        stream.Invoking(it => it.ReadAtLeast(s_buffer, -1)).Should().Throw<ArgumentOutOfRangeException>();
        stream.Invoking(it => it.ReadAtLeast(s_buffer, 11)).Should().Throw<ArgumentOutOfRangeException>();
        stream.Invoking(it => it.CopyTo(null!)).Should().Throw<ArgumentNullException>();
        stream.Invoking(it => it.CopyTo(Stream.Null, 0)).Should().Throw<ArgumentOutOfRangeException>();
        stream.Invoking(it => it.CopyTo(new MemoryStream([], writable: false))).Should().Throw<NotSupportedException>();
        stream.Invoking(it => fixture.Result(it.CopyToAsync(null!))).Should().Throw<ArgumentNullException>();
        stream.Invoking(it => fixture.Result(it.CopyToAsync(Stream.Null, -1))).Should().Throw<ArgumentOutOfRangeException>();
        stream.Invoking(it => it.EndRead(null!)).Should().Throw<ArgumentNullException>();
        stream.Invoking(it => it.EndWrite(null!)).Should().Throw<ArgumentNullException>();
        stream.Invoking(it => it.EndRead(Task.CompletedTask)).Should().Throw<ArgumentException>();
        stream.Invoking(it => it.EndWrite(Task.CompletedTask)).Should().Throw<ArgumentException>();
        foreach (int timeout in (int[])[0, -2, int.MinValue])
        {
            stream.Invoking(it => it.ReadTimeout = timeout).Should().Throw<ArgumentOutOfRangeException>();
            stream.Invoking(it => it.WriteTimeout = timeout).Should().Throw<ArgumentOutOfRangeException>();
        }

        (stream.ReadTimeout, stream.WriteTimeout).Should().Be((Timeout.Infinite, Timeout.Infinite));
        fixture.Run();
        fixture.Link.TrafficToServer.BytesSent.Should().Be(0);
    }

    [Fact]
    public void What_a_connection_is_not_it_does_not_pretend_to_be_before_or_after_dispose()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        HeartbeatStream stream = fixture.Client;
        (stream.CanRead, stream.CanWrite, stream.CanSeek, stream.CanTimeout).Should().Be((true, true, false, true));
        CheckNoSeeking(stream);

        stream.CompleteWrites();
        (stream.CanRead, stream.CanWrite, stream.CanSeek, stream.CanTimeout).Should().Be((true, true, false, true));

        fixture.AdvanceUntil(stream.DisposeAsync().AsTask(), TimeSpan.FromMinutes(1));
        (stream.CanRead, stream.CanWrite, stream.CanSeek, stream.CanTimeout).Should().Be((false, false, false, true));
        CheckNoSeeking(stream);
    }

    [Fact]
    public void After_a_loss_it_can_still_be_read()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        fixture.Link.Reset();
        fixture.AdvanceUntil(fixture.Client.Monitor.Completion, TimeSpan.FromMinutes(1));
        (fixture.Client.CanRead, fixture.Client.CanWrite, fixture.Client.CanTimeout).Should().Be((true, true, true));
    }

    private static void CheckNoSeeking(HeartbeatStream stream)
    {
        stream.Invoking(it => it.Seek(0, SeekOrigin.Begin)).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.SetLength(1)).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.Length).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.Position).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.Position = 0).Should().Throw<NotSupportedException>();
    }

    private static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
