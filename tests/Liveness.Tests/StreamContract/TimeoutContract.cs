namespace Liveness.Tests.StreamContract;

/// <summary>ReadTimeout and WriteTimeout.</summary>
public sealed class TimeoutContract
{
    [Theory]
    [MemberData(nameof(StreamForms.WithTimeouts), MemberType = typeof(StreamForms))]
    public async Task It_is_infinite_at_first_and_what_was_set_last(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Stream stream = streams.Client;
        (stream.ReadTimeout, stream.WriteTimeout).Should().Be((Timeout.Infinite, Timeout.Infinite));
        foreach (int value in (int[])[1, 30_000, int.MaxValue, Timeout.Infinite])
        {
            (stream.ReadTimeout, stream.WriteTimeout) = (value, value);
            stream.ReadTimeout.Should().Be(value);
            stream.WriteTimeout.Should().Be(value);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.WithTimeouts), MemberType = typeof(StreamForms))]
    public async Task Nought_and_less_is_no_time(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach (int value in (int[])[0, -2, int.MinValue])
        {
            streams.Client.Invoking(stream => stream.ReadTimeout = value).Should().Throw<ArgumentOutOfRangeException>();
            streams.Client.Invoking(stream => stream.WriteTimeout = value).Should().Throw<ArgumentOutOfRangeException>();
        }
    }

    [Fact]
    public async Task A_stream_without_timeouts_says_so_when_asked()
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(StreamForm.MemoryLink);
        streams.Client.Invoking(stream => stream.ReadTimeout).Should().Throw<InvalidOperationException>();
        streams.Client.Invoking(stream => stream.ReadTimeout = 1).Should().Throw<InvalidOperationException>();
        streams.Client.Invoking(stream => stream.WriteTimeout).Should().Throw<InvalidOperationException>();
        streams.Client.Invoking(stream => stream.WriteTimeout = 1).Should().Throw<InvalidOperationException>();
    }

    [Theory]
    [MemberData(nameof(StreamForms.WithTimeouts), MemberType = typeof(StreamForms))]
    public async Task A_blocking_read_that_gets_nothing_in_time_fails_with_an_IOException(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        streams.Client.ReadTimeout = 50;
        (await Hands.FailureOf(() => Hands.Done(() => streams.Client.ReadByte()))).Should().BeAssignableTo<IOException>();
        (await Hands.FailureOf(() => Task.FromResult(streams.Client.Read(new byte[10], 1, 5)))).Should().BeAssignableTo<IOException>();
    }

    [Theory]
    [MemberData(nameof(StreamForms.WithTimeouts), MemberType = typeof(StreamForms))]
    public async Task An_asynchronous_read_does_not_heed_it(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        streams.Client.ReadTimeout = 1;
        Task<byte[]> reading = Hands.ReadAsync(streams.Client, 1);

        // A blocking one at the other end that begins later has had its time by then.
        streams.Server.ReadTimeout = 30;
        (await Hands.FailureOf(() => Hands.Done(() => streams.Server.ReadByte()))).Should().BeAssignableTo<IOException>();
        reading.IsCompleted.Should().BeFalse();
        await Hands.Within(streams.Server.WriteAsync(new byte[] { 3 }));
        (await reading).Should().Equal(3);
    }

    [Theory]
    [MemberData(nameof(StreamForms.WithTimeouts), MemberType = typeof(StreamForms))]
    public async Task A_blocking_write_that_nobody_takes_fails_with_an_IOException(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        streams.Client.WriteTimeout = 50;
        (await Hands.FailureOf(() => Hands.Done(() => streams.Client.Write(new byte[32 << 20])))).Should().BeAssignableTo<IOException>();

        // A write that has timed out left a part of itself: what comes then is of no interest here.
        Task draining = streams.Server.CopyToAsync(Stream.Null);
        await Hands.Within(streams.Client.DisposeAsync());
        await Record.ExceptionAsync(() => Hands.Within(draining));
    }

    /// <summary>A value that the stream would take: the control asks its socket for it only when it changes.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.WithTimeouts), MemberType = typeof(StreamForms))]
    public async Task After_dispose_there_is_none(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await streams.CloseAsync();
        streams.Client.Invoking(stream => stream.ReadTimeout).Should().Throw<ObjectDisposedException>();
        streams.Client.Invoking(stream => stream.WriteTimeout).Should().Throw<ObjectDisposedException>();
        streams.Client.Invoking(stream => stream.ReadTimeout = 77).Should().Throw<ObjectDisposedException>();
        streams.Client.Invoking(stream => stream.WriteTimeout = 77).Should().Throw<ObjectDisposedException>();
    }
}
