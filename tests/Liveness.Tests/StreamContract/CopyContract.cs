namespace Liveness.Tests.StreamContract;

/// <summary>CopyTo and CopyToAsync.</summary>
public sealed class CopyContract
{
    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public Task A_copy_takes_everything_up_to_the_end(StreamForm form) =>
        CopyAsync(form, (reader, target) => reader.CopyToAsync(target), size: 250_000);

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public Task A_blocking_copy_takes_everything_up_to_the_end(StreamForm form) =>
        CopyAsync(form, (reader, target) => Hands.OnThread(() => reader.CopyTo(target)), size: 250_000);

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public Task A_copy_byte_by_byte_takes_everything_too(StreamForm form) =>
        CopyAsync(form, (reader, target) => reader.CopyToAsync(target, 1), size: 500);

    [Theory]
    [MemberData(nameof(StreamForms.All), MemberType = typeof(StreamForms))]
    public async Task A_copy_that_is_cancelled_before_it_begins_takes_nothing(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 1 }));
        using MemoryStream target = new();
        Exception? failure =
            await Record.ExceptionAsync(() => Hands.Within(streams.Server.CopyToAsync(target, 100, new CancellationToken(canceled: true))));
        failure.Should().BeAssignableTo<OperationCanceledException>();
        target.Length.Should().Be(0);
        (await Hands.ReadAsync(streams.Server, 1)).Should().Equal(1);
    }

    [Theory]
    [MemberData(nameof(StreamForms.ExceptTls), MemberType = typeof(StreamForms))]
    public async Task A_copy_that_is_cancelled_has_copied_what_came_and_the_stream_goes_on(StreamForm form)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        using CancellationTokenSource cancel = new();
        SignallingSink target = new();
        Task copying = streams.Server.CopyToAsync(target, 100, cancel.Token);
        await Hands.Within(streams.Client.WriteAsync(new byte[] { 5 }));
        await Hands.Within(target.Written);
        await cancel.CancelAsync();
        (await Record.ExceptionAsync(() => Hands.Within(copying))).Should().BeAssignableTo<OperationCanceledException>();
        await Hands.CheckUsableAsync(streams);
    }

    private static async Task CopyAsync(StreamForm form, Func<Stream, Stream, Task> copy, int size)
    {
        await using OpenStreams streams = await StreamMaker.OpenAsync(form);
        byte[] bytes = Hands.Bytes(size);
        using MemoryStream target = new();
        Task copying = copy(streams.Server, target);
        await Hands.Within(streams.Client.WriteAsync(bytes));
        Task closing = streams.Client.DisposeAsync().AsTask();
        await Hands.Within(copying);
        target.GetBuffer().AsSpan(0, (int)target.Length).SequenceEqual(bytes).Should().BeTrue();
        await streams.Server.DisposeAsync();
        await Hands.Within(closing);
    }

    private sealed class SignallingSink : MemoryStream
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => _written.Task;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _written.TrySetResult();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
