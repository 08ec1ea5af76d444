using System.Buffers;
using System.IO.Pipelines;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>A writer that behaves as that of Kestrel's own transport, before and after the end.</summary>
public sealed class ApplicationOutputTests
{
    [Fact]
    public async Task After_the_stream_failed_every_flush_is_completed_and_nothing_is_kept()
    {
        ApplicationOutput output = new(new FailingStream(), CancellationToken.None);
        FlushResult result = default;
        for (int i = 0; i < 1000; i++)
        {
            output.Writer.Write(new byte[10_000]);
            result = await output.Writer.FlushAsync().AsTask().WaitAsync(TestServer.Limit);
        }

        result.IsCompleted.Should().BeTrue();
        output.Writer.UnflushedBytes.Should().Be(0);
        await output.FinishAsync().AsTask().WaitAsync(TestServer.Limit);
    }

    [Fact]
    public async Task Complete_sends_what_was_written_without_a_flush()
    {
        MemoryStream stream = new();
        ApplicationOutput output = new(stream, CancellationToken.None);
        output.Writer.Write(new byte[] { 1, 2, 3 });

        await output.Writer.CompleteAsync();
        await output.FinishAsync().AsTask().WaitAsync(TestServer.Limit);

        stream.ToArray().Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task The_finish_sends_what_the_application_left()
    {
        MemoryStream stream = new();
        ApplicationOutput output = new(stream, CancellationToken.None);
        output.Writer.Write(new byte[] { 1, 2, 3 });

        await output.FinishAsync().AsTask().WaitAsync(TestServer.Limit);

        stream.ToArray().Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task What_was_completed_with_an_exception_is_not_sent()
    {
        MemoryStream stream = new();
        ApplicationOutput output = new(stream, CancellationToken.None);
        output.Writer.Write(new byte[] { 1, 2, 3 });
        await output.Writer.CompleteAsync(new InvalidDataException());

        await output.FinishAsync().AsTask().WaitAsync(TestServer.Limit);

        stream.Length.Should().Be(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_flush_that_is_cancelled_neither_loses_nor_doubles_a_byte(bool byToken)
    {
        byte[] sent = new byte[1_000_000];
        new Random(1).NextBytes(sent);
        GatedStream stream = new();
        ApplicationOutput output = new(stream, CancellationToken.None);
        using CancellationTokenSource enough = new();
        output.Writer.Write(sent);
        Task<FlushResult> flushing = output.Writer.FlushAsync(enough.Token).AsTask();
        flushing.IsCompleted.Should().BeFalse("nobody takes it");

        if (byToken)
        {
            await enough.CancelAsync();
            await ((Func<Task>)(() => flushing.WaitAsync(TestServer.Limit))).Should().ThrowAsync<OperationCanceledException>();
        }
        else
        {
            output.Writer.CancelPendingFlush();
            (await flushing.WaitAsync(TestServer.Limit)).IsCanceled.Should().BeTrue();
        }

        stream.Open();
        (await output.Writer.FlushAsync().AsTask().WaitAsync(TestServer.Limit)).IsCompleted.Should().BeFalse();
        await output.FinishAsync().AsTask().WaitAsync(TestServer.Limit);

        stream.ToArray().Should().Equal(sent);
    }

    [Fact]
    public async Task A_finish_does_not_wait_for_a_connection_that_is_over()
    {
        using CancellationTokenSource over = new();
        ApplicationOutput output = new(new GatedStream(), over.Token);
        output.Writer.Write(new byte[100]);
        Task finishing = output.FinishAsync().AsTask();
        finishing.IsCompleted.Should().BeFalse();

        await over.CancelAsync();

        await finishing.WaitAsync(TestServer.Limit);
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException(new IOException("over"));
    }

    /// <summary>Takes nothing until it is opened.</summary>
    private sealed class GatedStream : MemoryStream
    {
        private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open() => _open.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _open.Task.WaitAsync(cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
