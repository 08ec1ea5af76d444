namespace Liveness.Tests.StreamContract;

/// <summary>The old way: BeginRead, EndRead, BeginWrite, EndWrite.</summary>
public sealed class BeginEndContract
{
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task The_callback_gets_the_result_that_was_returned_with_the_callers_state(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        object state = new();
        byte[] got = new byte[3];
        TaskCompletionSource<IAsyncResult> read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<IAsyncResult> written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        IAsyncResult reading = streams.Server.BeginRead(got, 0, 3, read.SetResult, state);
        reading.CompletedSynchronously.Should().BeFalse("there is nothing to read yet");
        IAsyncResult writing = streams.Client.BeginWrite([1, 2, 3], 0, 3, written.SetResult, state);

        (await Hands.Within(read.Task)).Should().BeSameAs(reading);
        (await Hands.Within(written.Task)).Should().BeSameAs(writing);
        foreach (IAsyncResult result in (IAsyncResult[])[reading, writing])
        {
            result.AsyncState.Should().BeSameAs(state);
            result.IsCompleted.Should().BeTrue();
            result.AsyncWaitHandle.WaitOne(Hands.Limit).Should().BeTrue();
        }

        streams.Client.EndWrite(writing);
        int count = streams.Server.EndRead(reading);
        await Hands.Within(streams.Server.ReadExactlyAsync(got.AsMemory(count, 3 - count)));
        got.Should().Equal(1, 2, 3);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task With_neither_callback_nor_state_End_waits(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        byte[] got = new byte[1];
        IAsyncResult reading = streams.Server.BeginRead(got, 0, 1, null, null);
        reading.AsyncState.Should().BeNull();
        Task ending = Hands.OnThread(() => streams.Server.EndRead(reading).Should().Be(1));
        await Hands.OnThread(() => streams.Client.EndWrite(streams.Client.BeginWrite([7], 0, 1, null, null)));
        await ending;
        got.Should().Equal(7);
    }

    /// <summary>Once is the contract; a second call must not hang, nor take the bytes of another read.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_second_End_repeats_the_result_or_is_refused(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        IAsyncResult writing = streams.Client.BeginWrite([1], 0, 1, null, null);
        IAsyncResult reading = streams.Server.BeginRead(new byte[1], 0, 1, null, null);
        await Hands.OnThread(() => streams.Client.EndWrite(writing));
        await Hands.OnThread(() => streams.Server.EndRead(reading).Should().Be(1));

        Exception? again = await Hands.FailureOf(() => Hands.Done(() => streams.Server.EndRead(reading).Should().Be(1)));
        Exception? once = await Hands.FailureOf(() => Hands.Done(() => streams.Client.EndWrite(writing)));

        foreach (Exception? failure in (Exception?[])[again, once])
        {
            (failure is null or InvalidOperationException or ArgumentException).Should().BeTrue("it was {0}", failure);
        }

        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_failure_comes_out_of_Begin_or_of_End(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await streams.CloseAsync();
        Stream stream = streams.Client;
        (await Hands.FailureOf(() => Hands.Done(() => stream.EndRead(stream.BeginRead(new byte[1], 0, 1, null, null)))))
            .Should().BeOfType<ObjectDisposedException>();
        (await Hands.FailureOf(() => Hands.Done(() => stream.EndWrite(stream.BeginWrite(new byte[1], 0, 1, null, null)))))
            .Should().BeOfType<ObjectDisposedException>();
    }
}
