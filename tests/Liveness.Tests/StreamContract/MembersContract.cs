namespace Liveness.Tests.StreamContract;

/// <summary>What a connection says of itself, open and closed.</summary>
public sealed class MembersContract
{
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Open_it_can_be_read_and_written_and_not_sought_in(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        foreach ((Stream stream, _) in streams.Ways)
        {
            (stream.CanRead, stream.CanWrite, stream.CanSeek, stream.CanTimeout)
                .Should().Be((true, true, false, StreamForms.CanTimeout(form)));
            CheckNoSeeking(stream);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Closed_it_can_do_nothing(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await streams.CloseAsync();
        foreach ((Stream stream, _) in streams.Ways)
        {
            (stream.CanRead, stream.CanWrite, stream.CanSeek).Should().Be((false, false, false));
            CheckNoSeeking(stream);
        }
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task Flushing_nothing_does_nothing_in_every_way(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await Hands.OnThread(streams.Client.Flush);
        await Hands.Within(streams.Client.FlushAsync());
        await Hands.Within(streams.Client.FlushAsync(CancellationToken.None));
        await Hands.CheckUsableAsync(streams);
    }

    private static void CheckNoSeeking(Stream stream)
    {
        stream.Invoking(it => it.Seek(0, SeekOrigin.Begin)).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.SetLength(1)).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.Length).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.Position).Should().Throw<NotSupportedException>();
        stream.Invoking(it => it.Position = 0).Should().Throw<NotSupportedException>();
    }
}
