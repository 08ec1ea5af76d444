namespace Liveness.Tests.StreamContract;

// What is done here to a ValueTask, and where it goes on, is what is tested.
#pragma warning disable CA2012, xUnit1030

/// <summary>One <see cref="ValueTask"/> is awaited once: what was given away and used up says so, and gives no old result.</summary>
public sealed class ValueTaskContract
{
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_that_waited_is_awaited_once(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        ValueTask<int> reading = streams.Server.ReadAsync(new byte[1]);
        reading.IsCompleted.Should().BeFalse();
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
        (await reading).Should().Be(1);

        // Which of its members is asked makes no difference.
        (await Record.ExceptionAsync(async () => await reading)).Should().BeOfType<InvalidOperationException>();
        reading.Invoking(it => it.IsCompleted).Should().Throw<InvalidOperationException>();
        if (!StreamForms.IsPooled(form))
        {
            reading.Invoking(it => it.GetAwaiter().GetResult()).Should().Throw<InvalidOperationException>();
        }

        (await Record.ExceptionAsync(async () => await reading.AsTask())).Should().BeOfType<InvalidOperationException>();
        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task A_read_that_was_cancelled_is_awaited_once(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        using CancellationTokenSource cancel = new();
        ValueTask<int> reading = streams.Server.ReadAsync(new byte[1], cancel.Token);
        await cancel.CancelAsync();
        (await Record.ExceptionAsync(async () => await reading)).Should().BeAssignableTo<OperationCanceledException>();
        (await Record.ExceptionAsync(async () => await reading)).Should().BeOfType<InvalidOperationException>();
        await Hands.CheckUsableAsync(streams);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_whose_result_was_fetched_is_not_mistaken_for_the_next_one(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        ValueTask<int> first = streams.Server.ReadAsync(new byte[1]);
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
        (await first).Should().Be(1);
        Task<int> second = streams.Server.ReadAsync(new byte[1]).AsTask();
        (await Record.ExceptionAsync(async () => await first)).Should().BeOfType<InvalidOperationException>();
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 2 }));
        (await Hands.Within(second)).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_read_is_continued_once(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        ValueTask<int> reading = streams.Server.ReadAsync(new byte[1]);
        TaskCompletionSource continued = new();
        reading.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(continued.SetResult);
        reading.Invoking(it => it.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => { }))
            .Should().Throw<InvalidOperationException>();
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
        await Hands.Within(continued.Task);
        (await reading).Should().Be(1);
    }

    /// <summary>Fetched too early from a NetworkStream it is nonsense, and harms the process; .NET calls that undefined. Ours says
    /// so.</summary>
    [Theory]
    [MemberData(nameof(StreamForms.Heartbeats), MemberType = typeof(StreamForms))]
    public async Task The_result_of_a_read_is_not_there_before_its_time(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        ValueTask<int> reading = streams.Server.ReadAsync(new byte[1]);
        reading.Invoking(it => it.GetAwaiter().GetResult()).Should().Throw<InvalidOperationException>();
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
        (await Hands.Within(reading)).Should().Be(1);
    }

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task A_write_that_waited_is_awaited_once(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        byte[] large = new byte[32 << 20];
        ValueTask writing = streams.Client.WriteAsync(large);
        writing.IsCompleted.Should().BeFalse();
        await Hands.ReadAsync(streams.Server, large.Length);
        await writing;
        (await Record.ExceptionAsync(async () => await writing)).Should().BeOfType<InvalidOperationException>();
        await Hands.CheckUsableAsync(streams);
    }
}
