using System.Buffers;
using System.IO.Pipelines;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>A writer that says that it is over where a stream would throw.</summary>
public sealed class ApplicationPipeWriterTests
{
    [Fact]
    public async Task After_the_stream_failed_every_flush_is_completed_and_nothing_is_kept()
    {
        ApplicationPipeWriter writer = new(new FailingStream());
        writer.Write(new byte[100]);
        (await writer.FlushAsync()).IsCompleted.Should().BeTrue();
        for (int i = 0; i < 1000; i++)
        {
            writer.Write(new byte[10_000]);
            (await writer.FlushAsync()).IsCompleted.Should().BeTrue();
        }

        (await writer.WriteAsync(new byte[10])).IsCompleted.Should().BeTrue();
        writer.UnflushedBytes.Should().Be(0);
        await writer.FinishAsync(CancellationToken.None);
        writer.Discard();
    }

    [Fact]
    public async Task Complete_sends_nothing_and_the_finish_sends_what_was_written()
    {
        MemoryStream stream = new();
        ApplicationPipeWriter writer = new(stream);
        writer.Write(new byte[] { 1, 2, 3 });
        writer.Complete();
        stream.Length.Should().Be(0);
        writer.Invoking(closed => closed.GetMemory()).Should().Throw<InvalidOperationException>();

        await writer.FinishAsync(CancellationToken.None);
        writer.Discard();

        stream.ToArray().Should().Equal(1, 2, 3);
    }

    [Fact]
    public async Task What_was_completed_with_an_exception_is_not_sent()
    {
        MemoryStream stream = new();
        ApplicationPipeWriter writer = new(stream);
        writer.Write(new byte[] { 1, 2, 3 });
        writer.Complete(new InvalidDataException());

        await writer.FinishAsync(CancellationToken.None);
        writer.Discard();

        stream.Length.Should().Be(0);
    }

    [Fact]
    public async Task A_flush_that_waits_can_be_cancelled_from_outside()
    {
        ApplicationPipeWriter writer = new(new StuckStream());
        writer.Write(new byte[100]);
        ValueTask<FlushResult> flushing = writer.FlushAsync();
        flushing.IsCompleted.Should().BeFalse();

        writer.CancelPendingFlush();

        FlushResult result = await flushing.AsTask().WaitAsync(TestServer.Limit);
        result.IsCanceled.Should().BeTrue();
        result.IsCompleted.Should().BeFalse();
    }

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException(new IOException("over"));
    }

    private sealed class StuckStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(Task.Delay(Timeout.Infinite, cancellationToken));
    }
}
