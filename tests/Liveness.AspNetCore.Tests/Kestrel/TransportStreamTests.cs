using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Liveness.AspNetCore.Tests.Kestrel;

/// <summary>Kestrel's transport as a stream.</summary>
public sealed class TransportStreamTests
{
    private readonly Pipe _in = new();
    private readonly Pipe _out = new();

    [Fact]
    public async Task Reads_take_what_there_is_and_leave_the_rest()
    {
        TransportStream stream = NewStream();
        await _in.Writer.WriteAsync(new byte[] { 1, 2, 3 });
        await _in.Writer.CompleteAsync();

        byte[] buffer = new byte[2];
        (await stream.ReadAsync(Memory<byte>.Empty)).Should().Be(0);
        (await stream.ReadAsync(buffer)).Should().Be(2);
        buffer.Should().Equal(1, 2);
        (await stream.ReadAsync(buffer)).Should().Be(1);
        buffer[0].Should().Be(3);
        (await stream.ReadAsync(buffer)).Should().Be(0);
    }

    [Fact]
    public async Task A_cancelled_read_loses_nothing()
    {
        TransportStream stream = NewStream();
        using CancellationTokenSource cancel = new();
        Task<int> reading = stream.ReadAsync(new byte[4], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await reading.Invoking(async task => await task).Should().ThrowAsync<OperationCanceledException>();

        await _in.Writer.WriteAsync(new byte[] { 7 });

        (await stream.ReadAsync(new byte[4])).Should().Be(1);
    }

    [Fact]
    public async Task A_read_that_a_foreigner_cancels_goes_on()
    {
        TransportStream stream = NewStream();
        Task<int> reading = stream.ReadAsync(new byte[4]).AsTask();
        _in.Reader.CancelPendingRead();
        await _in.Writer.WriteAsync(new byte[] { 7 });

        (await reading.WaitAsync(TestServer.Limit)).Should().Be(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_abort_of_our_own_is_told_before_the_read_fails_above_TLS_too(bool aboveTls)
    {
        ConnectionAbortedException aborted = new("aborted");
        TransportStream stream = NewStream();
        bool told = false;
        stream.LocallyAborted = () => told = true;
        await _in.Writer.CompleteAsync(aboveTls ? new IOException("The read operation failed, see inner exception.", aborted) : aborted);

        Func<Task> reading = () => stream.ReadExactlyAsync(new byte[1]).AsTask();

        await reading.Should().ThrowAsync<Exception>();
        (told, stream.WasAborted).Should().Be((true, true));
    }

    [Fact]
    public async Task Writes_wait_for_room_and_fail_when_nobody_takes_them()
    {
        TransportStream stream = NewStream();
        Task writing = stream.WriteAsync(new byte[200_000]).AsTask();
        writing.IsCompleted.Should().BeFalse("the pipe holds less");

        await _out.Reader.CompleteAsync();

        await writing.Invoking(async task => await task).Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task An_abort_of_our_own_is_told_before_the_read_fails()
    {
        TransportStream stream = NewStream();
        int told = 0;
        stream.LocallyAborted = () => told++;
        await _in.Writer.CompleteAsync(new ConnectionAbortedException());

        await stream.Invoking(async aborted => await aborted.ReadAsync(new byte[1])).Should().ThrowAsync<ConnectionAbortedException>();
        told.Should().Be(1);
    }

    [Fact]
    public async Task Disposing_it_leaves_the_transport_alone()
    {
        await NewStream().DisposeAsync();

        (await _out.Writer.WriteAsync(new byte[1])).IsCompleted.Should().BeFalse();
        await _in.Writer.WriteAsync(new byte[1]);
        _in.Reader.TryRead(out _).Should().BeTrue();
    }

    private TransportStream NewStream() => new(new ApplicationPipe(_in.Reader, _out.Writer));
}
