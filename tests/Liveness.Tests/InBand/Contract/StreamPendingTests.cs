namespace Liveness.Tests.InBand;

/// <summary>Whatever ends an operation that waits ends it at once, with the right word, in every way to begin it.</summary>
public sealed class StreamPendingTests
{
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    private static readonly Dictionary<string, Func<HeartbeatStream, CancellationToken, Task>> s_operations = new()
    {
        ["ReadAsync(Memory)"] = (stream, token) => stream.ReadAsync(new byte[20_000], token).AsTask(),
        ["ReadAsync(empty)"] = (stream, token) => stream.ReadAsync(Memory<byte>.Empty, token).AsTask(),
        ["ReadAsync(array)"] = (stream, token) => stream.ReadAsync(new byte[10], 2, 3, token),
        ["ReadExactlyAsync"] = (stream, token) => stream.ReadExactlyAsync(new byte[10], token).AsTask(),
        ["CopyToAsync"] = (stream, token) => stream.CopyToAsync(Stream.Null, token),
        ["WriteAsync(Memory)"] = (stream, token) => stream.WriteAsync(new byte[16 << 20], token).AsTask(),
        ["WriteAsync(array)"] = (stream, token) => stream.WriteAsync(new byte[16 << 20], 1, 15 << 20, token),
        ["CopyToAsync(from memory)"] = (stream, token) => new MemoryStream(new byte[16 << 20]).CopyToAsync(stream, token),
        ["FlushAsync"] = (stream, token) => stream.FlushAsync(token),
        ["BeginRead"] = (stream, _) => Task.Factory.FromAsync((callback, state) => stream.BeginRead(new byte[10], 0, 10, callback, state), stream.EndRead, null),
        ["BeginWrite"] = (stream, _) => Task.Factory.FromAsync((callback, state) => stream.BeginWrite(new byte[16 << 20], 0, 16 << 20, callback, state), stream.EndWrite, null),
    };

    public static TheoryData<string> Operations => [.. s_operations.Keys];

    public static TheoryData<string> Reads => [.. s_operations.Keys.Where(IsRead)];

    public static TheoryData<string> Writes => [.. s_operations.Keys.Where(name => !IsRead(name))];

    public static TheoryData<string> Cancellable => [.. s_operations.Keys.Where(name => !name.StartsWith("Begin", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Cancellable))]
    public void Cancelled(string name)
    {
        using StreamFixture fixture = Prepared(name);
        using CancellationTokenSource cancel = new();
        Task operation = Pending(fixture, name, cancel.Token);

        cancel.Cancel();

        fixture.Failure(operation).Should().BeAssignableTo<OperationCanceledException>();
        operation.IsCanceled.Should().BeTrue();
        CheckLives(fixture);
    }

    [Theory]
    [MemberData(nameof(Cancellable))]
    public void Cancelled_before_it_begins(string name)
    {
        using StreamFixture fixture = Prepared(name);
        long before = fixture.Link.TrafficToServer.BytesSent;
        fixture.Result(fixture.Server.WriteAsync(new byte[] { 9 }));
        fixture.Run();

        Task operation = s_operations[name](fixture.Client, new CancellationToken(canceled: true));

        operation.IsCanceled.Should().BeTrue();
        fixture.Run();
        fixture.Link.TrafficToServer.BytesSent.Should().Be(before);
        fixture.Result(fixture.Client.ReadAsync(new byte[2])).Should().Be(1, "nothing was taken");
        CheckLives(fixture);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Lost_by_a_reset(string name)
    {
        using StreamFixture fixture = Prepared(name);
        Task operation = Pending(fixture, name, CancellationToken.None);

        fixture.Link.Reset();

        fixture.Failure(operation).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeSameAs(fixture.Client.Monitor.Loss);
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Lost_by_a_cut_cable(string name)
    {
        using StreamFixture fixture = Prepared(name);
        Task operation = Pending(fixture, name, CancellationToken.None);

        fixture.Link.Cut();
        TimeSpan took = fixture.AdvanceUntil(operation, s_long);

        took.Should().BeLessThanOrEqualTo(StreamFixture.T);
        fixture.Failure(operation).Should().BeOfType<ConnectionLostException>().Which.Loss.Should().BeSameAs(fixture.Client.Monitor.Loss);
        fixture.AdvanceUntil(fixture.Client.DisposeAsync().AsTask(), s_long);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Disposed(string name)
    {
        using StreamFixture fixture = Prepared(name);
        Task operation = Pending(fixture, name, CancellationToken.None);

        Task closing = fixture.Client.DisposeAsync().AsTask();
        fixture.Run();

        if (!IsRead(name))
        {
            operation.IsCompleted.Should().BeFalse("it goes before the close, as long as that lasts");
            fixture.AdvanceUntil(operation, fixture.Client.Plan.CloseTimeout + StreamFixture.T);
        }

        fixture.Failure(operation).Should().BeOfType<ObjectDisposedException>();
        fixture.AdvanceUntil(closing, s_long);
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Closed_by_the_peer(string name)
    {
        using StreamFixture fixture = Prepared(name);
        Task operation = Pending(fixture, name, CancellationToken.None);

        Task closing = fixture.Server.DisposeAsync().AsTask();
        fixture.Run();

        operation.IsCompleted.Should().BeTrue();
        switch (name)
        {
            case "ReadAsync(Memory)" or "ReadAsync(empty)" or "ReadAsync(array)" or "BeginRead":
                fixture.Result((Task<int>)operation).Should().Be(0);
                break;
            case "ReadExactlyAsync":
                fixture.Failure(operation).Should().BeOfType<EndOfStreamException>();
                break;
            case "CopyToAsync":
                operation.IsCompletedSuccessfully.Should().BeTrue();
                break;
            default:
                // As over a socket: nobody gets it, but whoever writes first still comes to read what has arrived.
                operation.IsCompletedSuccessfully.Should().BeTrue();
                break;
        }

        fixture.Link.ToServer.IsStalled = false;
        fixture.AdvanceUntil(closing, s_long);
        fixture.Client.Monitor.Loss.Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public void Refused_while_another_read_waits_and_that_one_is_not_harmed(string name)
    {
        using StreamFixture fixture = StreamFixture.Opened();
        byte[] got = new byte[3];
        Task<int> first = fixture.Client.ReadAsync(got).AsTask();
        fixture.Run();
        first.IsCompleted.Should().BeFalse();

        fixture.Invoking(it => it.Result(s_operations[name](it.Client, CancellationToken.None)))
            .Should().Throw<InvalidOperationException>().WithMessage("*two reads may not*");

        fixture.Result(fixture.Server.WriteAsync(new byte[] { 5, 6, 7 }));
        fixture.Result(first).Should().Be(3);
        got.Should().Equal(5, 6, 7);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public void Behind_another_write_until_that_one_is_through(string name)
    {
        using StreamFixture fixture = StreamFixture.Opened();
        byte[] written = new byte[16 << 20];
        new Random(1).NextBytes(written);
        Task first = fixture.Client.WriteAsync(written).AsTask();
        Task second = s_operations[name](fixture.Client, CancellationToken.None);
        fixture.Run();
        (first.IsCompleted, second.IsCompleted).Should().Be((false, false));

        byte[] arrived = new byte[written.Length];
        fixture.Result(fixture.Server.ReadExactlyAsync(arrived));
        fixture.Result(first);
        arrived.AsSpan().SequenceEqual(written).Should().BeTrue();
        Task draining = fixture.Server.CopyToAsync(Stream.Null);
        fixture.Result(second);
        fixture.Client.CompleteWrites();
        fixture.Result(draining);
    }

    [Fact]
    public void A_reader_and_a_writer_wait_at_the_same_time_and_neither_holds_the_other_up()
    {
        using StreamFixture fixture = StreamFixture.Opened();
        byte[] got = new byte[3];
        Task write = fixture.Client.WriteAsync(new byte[16 << 20]).AsTask();
        Task<int> read = fixture.Client.ReadAsync(got).AsTask();
        fixture.Run();
        (write.IsCompleted, read.IsCompleted).Should().Be((false, false));

        fixture.Result(fixture.Server.WriteAsync(new byte[] { 1, 2, 3 }));
        fixture.Result(read).Should().Be(3);
        write.IsCompleted.Should().BeFalse();
        read = fixture.Client.ReadAsync(got).AsTask();

        fixture.Result(fixture.Server.ReadExactlyAsync(new byte[16 << 20]));
        fixture.Result(write);
        read.IsCompleted.Should().BeFalse();
    }

    private static bool IsRead(string name) => name is not ("FlushAsync" or "CopyToAsync(from memory)") && !name.Contains("Write", StringComparison.Ordinal);

    /// <summary>For a flush, of which one byte waits before a transport that takes nothing.</summary>
    private static StreamFixture Prepared(string name)
    {
        StreamFixture fixture = StreamFixture.Opened();
        if (name == "FlushAsync")
        {
            fixture.Link.ToServer.BufferSize = 1;
            fixture.Link.ToServer.IsStalled = true;
            fixture.Result(fixture.Client.WriteAsync(new byte[] { 1 }));
            fixture.Run();
        }

        return fixture;
    }

    private static Task Pending(StreamFixture fixture, string name, CancellationToken cancellationToken)
    {
        Task operation = s_operations[name](fixture.Client, cancellationToken);
        fixture.Run();
        operation.IsCompleted.Should().BeFalse();
        return operation;
    }

    private static void CheckLives(StreamFixture fixture)
    {
        fixture.Link.ToServer.IsStalled = false;
        fixture.Run();
        Task<int> read = fixture.Client.ReadAsync(new byte[10]).AsTask();
        fixture.Result(fixture.Server.WriteAsync(new byte[] { 1, 2 }));
        fixture.Result(read).Should().Be(2);
        Task drain = fixture.Server.CopyToAsync(Stream.Null);
        fixture.Result(fixture.Client.WriteAsync(new byte[] { 1, 2 }));
        fixture.Result(fixture.Client.FlushAsync());
        fixture.Client.CompleteWrites();
        fixture.Result(drain);
        fixture.Client.Monitor.State.Should().Be(LivenessState.Alive);
    }
}
