namespace Liveness.Tests.StreamContract;

/// <summary>What is refused before anything is done.</summary>
public sealed class ArgumentsContract
{
    private static readonly Dictionary<string, Action<Stream, byte[], int, int>> s_arrayWays = new()
    {
        ["Read"] = (stream, buffer, offset, count) => Ignore(stream.Read(buffer, offset, count)),
        ["ReadAsync"] = (stream, buffer, offset, count) => stream.ReadAsync(buffer, offset, count),
        ["ReadAsync(cancelled)"] = (stream, buffer, offset, count) =>
            stream.ReadAsync(buffer, offset, count, new CancellationToken(canceled: true)),
        ["BeginRead"] = (stream, buffer, offset, count) => stream.BeginRead(buffer, offset, count, null, null),
        ["ReadExactly"] = (stream, buffer, offset, count) => stream.ReadExactly(buffer, offset, count),
        ["ReadExactlyAsync"] = (stream, buffer, offset, count) => stream.ReadExactlyAsync(buffer, offset, count).AsTask(),
        ["Write"] = (stream, buffer, offset, count) => stream.Write(buffer, offset, count),
        ["WriteAsync"] = (stream, buffer, offset, count) => stream.WriteAsync(buffer, offset, count),
        ["WriteAsync(cancelled)"] = (stream, buffer, offset, count) =>
            stream.WriteAsync(buffer, offset, count, new CancellationToken(canceled: true)),
        ["BeginWrite"] = (stream, buffer, offset, count) => stream.BeginWrite(buffer, offset, count, null, null),
    };

    private static readonly (int Offset, int Count)[] s_wrongParts =
        [(-1, 1), (0, -1), (0, 11), (10, 1), (11, 0), (int.MaxValue, int.MaxValue), (int.MinValue, 10)];

    /// <summary>In the call itself, not through its task.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_buffer_that_is_none_is_refused_at_once_in_every_way(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await RefuseInEveryWayAsync<ArgumentNullException>(streams, null, 0, 0);
        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_part_that_the_buffer_has_not_is_refused_at_once_in_every_way(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach ((int offset, int count) in s_wrongParts)
        {
            await RefuseInEveryWayAsync<ArgumentOutOfRangeException>(streams, new byte[10], offset, count);
        }

        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task More_than_the_buffer_holds_or_less_than_nothing_is_never_read(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Stream stream = streams.Client;
        foreach (int minimum in (int[])[-1, 11])
        {
            await Hands.OnThread(() => stream.Invoking(it => it.ReadAtLeast(new byte[10], minimum))
                .Should().Throw<ArgumentOutOfRangeException>());
            await Hands.OnThread(() => stream.Invoking(it => it.ReadAtLeastAsync(new byte[10], minimum).AsTask())
                .Should().ThrowAsync<ArgumentOutOfRangeException>());
        }

        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_copy_to_nowhere_or_by_a_buffer_of_no_size_is_refused(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Stream stream = streams.Client;
        MemoryStream disposed = new();
        disposed.Dispose();
        await Hands.OnThread(() =>
        {
            stream.Invoking(it => it.CopyTo(null!)).Should().Throw<ArgumentNullException>();
            stream.Invoking(it => it.CopyTo(Stream.Null, 0)).Should().Throw<ArgumentOutOfRangeException>();
            stream.Invoking(it => it.CopyTo(Stream.Null, -1)).Should().Throw<ArgumentOutOfRangeException>();
            stream.Invoking(it => it.CopyTo(new MemoryStream([], writable: false))).Should().Throw<NotSupportedException>();
            stream.Invoking(it => it.CopyTo(disposed)).Should().Throw<ObjectDisposedException>();
            stream.Invoking(it => { it.CopyToAsync(null!); }).Should().Throw<ArgumentNullException>();
            stream.Invoking(it => { it.CopyToAsync(Stream.Null, 0); }).Should().Throw<ArgumentOutOfRangeException>();
            stream.Invoking(it => { it.CopyToAsync(Stream.Null, -1, new CancellationToken(canceled: true)); })
                .Should().Throw<ArgumentOutOfRangeException>();
            stream.Invoking(it => { it.CopyToAsync(new MemoryStream([], writable: false)); }).Should().Throw<NotSupportedException>();
            stream.Invoking(it => { it.CopyToAsync(disposed); }).Should().Throw<ObjectDisposedException>();
        });
        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_result_that_is_none_or_of_something_else_is_refused(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Stream stream = streams.Client;
        stream.Invoking(it => it.EndRead(null!)).Should().Throw<ArgumentNullException>();
        stream.Invoking(it => it.EndWrite(null!)).Should().Throw<ArgumentNullException>();
        foreach (Action<Stream> end in (Action<Stream>[])[it => it.EndRead(Task.CompletedTask), it => it.EndWrite(Task.CompletedTask)])
        {
            // NetworkStream dresses it up as a failure of the connection.
            Exception? refused = Record.Exception(() => end(stream));
            (refused is ArgumentException or IOException { InnerException: ArgumentException }).Should().BeTrue("it was {0}", refused);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task A_closed_stream_checks_its_arguments_all_the_same(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await streams.CloseAsync();
        await RefuseInEveryWayAsync<ArgumentNullException>(streams, null, 0, 0);
    }

    /// <summary>What is no buffer is named.</summary>
    private static async Task RefuseInEveryWayAsync<TRefusal>(OpenStreams streams, byte[]? buffer, int offset, int count)
        where TRefusal : ArgumentException
    {
        foreach ((string name, Action<Stream, byte[], int, int> way) in s_arrayWays)
        {
            await Hands.OnThread(() => streams.Client.Invoking(stream => way(stream, buffer!, offset, count))
                .Should().Throw<TRefusal>("{0} was called with {1}, {2}", name, offset, count)
                .Which.ParamName.Should().BeOneOf(buffer is null ? ["buffer"] : ["offset", "count", "size", "buffer"]));
        }
    }

    /// <summary>It never gets that far.</summary>
    private static void Ignore(int count) => _ = count;
}
