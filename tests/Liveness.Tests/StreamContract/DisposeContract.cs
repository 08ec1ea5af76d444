using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>The end, from this side and from the other.</summary>
public sealed class DisposeContract
{
    private static readonly Dictionary<string, Func<Stream, Task>> s_members = new()
    {
        ["ReadAsync(Memory)"] = stream => stream.ReadAsync(new byte[1].AsMemory()).AsTask(),
        ["ReadAsync(array)"] = stream => stream.ReadAsync(new byte[1], 0, 1),
        ["Read(array)"] = stream => Task.FromResult(stream.Read(new byte[1], 0, 1)),
        ["Read(Span)"] = stream => Task.FromResult(stream.Read(new byte[1].AsSpan())),
        ["ReadByte"] = stream => Hands.Done(() => stream.ReadByte()),
        ["BeginRead"] = stream => Hands.Done(() => stream.EndRead(stream.BeginRead(new byte[1], 0, 1, null, null))),
        ["ReadExactly"] = stream => Hands.Done(() => stream.ReadExactly(new byte[1])),
        ["ReadExactlyAsync"] = stream => stream.ReadExactlyAsync(new byte[1]).AsTask(),
        ["ReadAtLeast"] = stream => Hands.Done(() => stream.ReadAtLeast(new byte[1], 1)),
        ["ReadAtLeastAsync"] = stream => stream.ReadAtLeastAsync(new byte[1], 1).AsTask(),
        ["CopyTo"] = stream => Hands.Done(() => stream.CopyTo(new MemoryStream())),
        ["CopyToAsync"] = stream => stream.CopyToAsync(new MemoryStream()),
        ["WriteAsync(Memory)"] = stream => stream.WriteAsync(new byte[1].AsMemory()).AsTask(),
        ["WriteAsync(array)"] = stream => stream.WriteAsync(new byte[1], 0, 1),
        ["Write(array)"] = stream => Hands.Done(() => stream.Write(new byte[1], 0, 1)),
        ["Write(Span)"] = stream => Hands.Done(() => stream.Write(new byte[1].AsSpan())),
        ["WriteByte"] = stream => Hands.Done(() => stream.WriteByte(1)),
        ["BeginWrite"] = stream => Hands.Done(() => stream.EndWrite(stream.BeginWrite(new byte[1], 0, 1, null, null))),
    };

    private static readonly Dictionary<string, Func<Stream, Task>> s_flushes = new()
    {
        ["Flush"] = stream => Hands.Done(stream.Flush),
        ["FlushAsync"] = stream => stream.FlushAsync(),
    };

    public static TheoryData<StreamForm, string> FormsAndEnds
    {
        get
        {
            TheoryData<StreamForm, string> all = [];
            foreach (StreamForm form in Enum.GetValues<StreamForm>())
            {
                all.Add(form, "DisposeAsync");
                all.Add(form, "Dispose");
                all.Add(form, "Close");
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(FormsAndEnds))]
    public async Task Afterwards_every_member_says_that_it_is_disposed(StreamForm form, string end)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await EndAsync(streams, end);
        foreach ((Stream stream, _) in streams.Ways)
        {
            foreach ((string name, Func<Stream, Task> member) in s_members)
            {
                (await Record.ExceptionAsync(async () => await member(stream)))
                    .Should().BeOfType<ObjectDisposedException>("{0} was called after {1}", name, end);
            }

            foreach ((string name, Func<Stream, Task> flush) in s_flushes)
            {
                Exception? failure = await Record.ExceptionAsync(async () => await flush(stream));
                (failure is ObjectDisposedException || (failure is null && !StreamForms.IsHeartbeat(form)))
                    .Should().BeTrue("{0} after {1} gave {2}", name, end, failure);
            }
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task It_may_be_disposed_again_in_any_way_and_at_the_same_time(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task[] ends =
        [
            .. Enumerable.Range(0, 3).Select(_ => Task.Run(() => streams.Client.DisposeAsync().AsTask())),
            Hands.OnThread(streams.Client.Dispose),
            Hands.OnThread(streams.Client.Close),
            Task.Run(() => streams.Server.DisposeAsync().AsTask()),
        ];
        await Hands.Within(Task.WhenAll(ends));
        await EndAsync(streams, "Dispose");
        await EndAsync(streams, "Close");
        await streams.CloseAsync();
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_that_waits_ends_with_an_exception_when_its_own_end_is_disposed(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task<int> reading = streams.Client.ReadAsync(new byte[1]).AsTask();
        await streams.WhileTheClientClosesAsync(async () =>
        {
            Exception? failure = await Record.ExceptionAsync(() => Hands.Within(reading));
            if (StreamForms.IsHeartbeat(form))
            {
                failure.Should().BeOfType<ObjectDisposedException>();
                return;
            }

            // SslStream reports the end that its dispose makes beneath it, and NetworkStream shuts its socket down before it closes it.
            bool isEnd = failure is null && await reading == 0;
            (isEnd || failure is IOException or ObjectDisposedException).Should().BeTrue("it was {0}", failure);
        });
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_write_that_waits_when_its_own_end_is_disposed_arrives_whole_or_ends_with_an_exception(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        using MemoryStream arrived = new();
        Task writing = streams.Client.WriteAsync(new byte[32 << 20]).AsTask();
        await Hands.ReadAsync(streams.Server, 1);
        await streams.WhileTheClientClosesAsync(async () =>
        {
            Task draining = streams.Server.CopyToAsync(arrived);
            Exception? failure = await Record.ExceptionAsync(() => Hands.Within(writing));
            if (StreamForms.IsHeartbeat(form))
            {
                failure.Should().BeNull("it was called before the dispose");
                await Hands.Within(draining);
                arrived.Length.Should().Be((32 << 20) - 1);
                return;
            }

            (failure is IOException or ObjectDisposedException).Should().BeTrue("it was {0}", failure);
            await Record.ExceptionAsync(() => Hands.Within(draining));
        });
    }

    /// <summary>With everything that was written before it in front.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task The_other_end_reads_what_was_written_and_then_the_end_again_and_again(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        byte[] bytes = Hands.Bytes(100);
        Task<int> early = streams.Server.ReadAsync(new byte[1]).AsTask();
        await Hands.Within(streams.Client.WriteAsync(bytes));
        await streams.WhileTheClientClosesAsync(async () =>
        {
            (await Hands.Within(early)).Should().Be(1);
            (await Hands.ReadAsync(streams.Server, 99)).Should().Equal(bytes[1..]);
            (await Hands.Within(streams.Server.ReadAsync(new byte[1]))).Should().Be(0);
            await Hands.OnThread(() => streams.Server.ReadByte().Should().Be(-1));
            await Hands.OnThread(() => streams.Server.Read(new byte[10], 1, 5).Should().Be(0));
            (await Record.ExceptionAsync(() => Hands.Within(streams.Server.ReadExactlyAsync(new byte[1]))))
                .Should().BeOfType<EndOfStreamException>();
            await Hands.Within(streams.Server.CopyToAsync(Stream.Null));
        });
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_that_waits_gets_the_end_when_the_other_end_is_disposed(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        Task<int> reading = streams.Server.ReadAsync(new byte[1]).AsTask();
        await streams.WhileTheClientClosesAsync(async () => (await Hands.Within(reading)).Should().Be(0));
    }

    /// <summary>A socket takes the first, which the other kernel refuses; ours has been told and takes none.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Writes_to_an_end_that_is_gone_fail_sooner_or_later_with_an_IOException_in_every_way(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await streams.WhileTheClientClosesAsync(async () =>
        {
            (await Hands.Within(streams.Server.ReadAsync(new byte[1]))).Should().Be(0);
            (await Hands.FirstFailureOf(() => streams.Server.WriteAsync(new byte[1_000]).AsTask())).Should().BeAssignableTo<IOException>();
            foreach ((string name, Func<Stream, byte[], Task> write) in StreamWays.Writes)
            {
                (await Hands.FailureOf(() => write(streams.Server, [1])))
                    .Should().BeAssignableTo<IOException>("{0} met a connection that is over", name);
            }
        });
    }

    [Theory]
    [MemberData(nameof(StreamForms.Heartbeats), MemberType = typeof(StreamForms))]
    public async Task Flush_tells_an_orderly_end_as_a_write_does(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await Hands.Within(streams.Server.WriteAsync(new byte[1]));
        await Hands.Within(streams.Server.FlushAsync());
        await streams.WhileTheClientClosesAsync(async () =>
        {
            (await Hands.Within(streams.Server.ReadAsync(new byte[1]))).Should().Be(0);
            foreach ((string name, Func<Stream, Task> flush) in s_flushes)
            {
                (await Hands.FailureOf(() => flush(streams.Server))).Should().BeOfType<IOException>("{0} met the end", name);
            }
        });
    }

    private static async Task EndAsync(OpenStreams streams, string end)
    {
        switch (end)
        {
            case "DisposeAsync":
                await streams.CloseAsync();
                break;
            case "Dispose":
                await Task.WhenAll(Hands.OnThread(streams.Client.Dispose), Hands.OnThread(streams.Server.Dispose));
                break;
            default:
                await Task.WhenAll(Hands.OnThread(streams.Client.Close), Hands.OnThread(streams.Server.Close));
                break;
        }
    }
}
