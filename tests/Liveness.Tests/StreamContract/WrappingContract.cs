using System.Net.Sockets;
using Liveness.Testing;
using Liveness.Tests.InBand;

namespace Liveness.Tests.StreamContract;

/// <summary>What a wrapped stream gets to see of its wrapper, and the wrapper of its failures. SslStream is the control.</summary>
public sealed class WrappingContract
{
    public static TheoryData<string> Wrappers => ["SslStream", "HeartbeatStream"];

    public static TheoryData<string, bool, bool> WrappersEndsAndOwners
    {
        get
        {
            TheoryData<string, bool, bool> all = [];
            foreach (string wrapper in (string[])["SslStream", "HeartbeatStream"])
            {
                foreach (bool isAsynchronous in (bool[])[true, false])
                {
                    all.Add(wrapper, isAsynchronous, true);
                    all.Add(wrapper, isAsynchronous, false);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public async Task A_flush_reaches_the_stream_beneath(string wrapper)
    {
        await using Wrapped wrapped = await Wrapped.OpenAsync(wrapper, leaveOpen: false);
        Stream client = wrapped.Streams.Client;
        foreach (Func<Task> flush in (Func<Task>[])[() => client.FlushAsync(), () => Hands.OnThread(client.Flush)])
        {
            int before = wrapped.Inner.Flushes;
            await Hands.Within(client.WriteAsync(new byte[1]));
            await Hands.Within(flush());
            wrapped.Inner.Flushes.Should().BeGreaterThan(before);
        }
    }

    /// <summary>How often does not matter: it is idempotent.</summary>
    [Theory]
    [MemberData(nameof(WrappersEndsAndOwners))]
    public async Task The_end_reaches_the_stream_beneath_unless_it_is_to_be_left_open(string wrapper, bool isAsynchronous, bool leaveOpen)
    {
        await using Wrapped wrapped = await Wrapped.OpenAsync(wrapper, leaveOpen);
        await Hands.CheckUsableAsync(wrapped.Streams);
        Task other = wrapped.Streams.Server.DisposeAsync().AsTask();
        await (isAsynchronous ? Hands.Within(wrapped.Streams.Client.DisposeAsync()) : Hands.OnThread(wrapped.Streams.Client.Dispose));
        await Hands.Within(other);
        if (leaveOpen)
        {
            wrapped.Inner.Disposals.Should().Be(0);
            wrapped.Inner.CanRead.Should().BeTrue();
        }
        else
        {
            wrapped.Inner.Disposals.Should().BePositive();
        }
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public async Task A_failing_read_beneath_fails_the_read_above(string wrapper)
    {
        await using Wrapped wrapped = await Wrapped.OpenAsync(wrapper, leaveOpen: false);
        Task<int> reading = wrapped.Streams.Client.ReadAsync(new byte[1]).AsTask();
        IOException failure = new("The cable has a hole.");
        wrapped.Inner.FailReads(failure);
        Exception? seen = await Record.ExceptionAsync(() => Hands.Within(reading));
        Check(wrapper, seen, failure);
    }

    [Theory]
    [MemberData(nameof(Wrappers))]
    public async Task A_failing_write_beneath_fails_the_writes_above(string wrapper)
    {
        await using Wrapped wrapped = await Wrapped.OpenAsync(wrapper, leaveOpen: false);
        IOException failure = new("The cable is full.");
        wrapped.Inner.FailWrites(failure);

        // A write that has returned is accepted, not sent: one of the next ones fails.
        Exception seen = await Hands.FirstFailureOf(() => wrapped.Streams.Client.WriteAsync(new byte[10_000]).AsTask());
        Check(wrapper, seen, failure);
    }

    /// <summary>The stream of a connection in a kernel mode passes everything on: left open, the one beneath lives on, and it does
    /// not.</summary>
    [Fact]
    public async Task A_stream_that_was_attached_and_left_open_is_over_once_disposed_and_the_one_beneath_is_not()
    {
        using SocketPair sockets = SocketPair.OverTcp();
        await using NetworkStream beneath = new(sockets.Client);
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        await using LivenessConnection connection =
            await factory.AttachAsync(new AttachTarget(beneath, sockets.Client) { LeaveOpen = true });
        await sockets.Server.SendAsync(new byte[] { 1 });

        await Hands.Within(connection.Stream.DisposeAsync());

        (connection.Stream.CanRead, connection.Stream.CanWrite).Should().Be((false, false));
        (await Record.ExceptionAsync(() => Hands.Within(connection.Stream.ReadAsync(new byte[1]))))
            .Should().BeOfType<ObjectDisposedException>();
        (await Record.ExceptionAsync(() => Hands.Within(connection.Stream.WriteAsync(new byte[1]))))
            .Should().BeOfType<ObjectDisposedException>();
        connection.Stream.Invoking(stream => stream.ReadTimeout).Should().Throw<ObjectDisposedException>();
        (await Hands.ReadAsync(beneath, 1)).Should().Equal(1);
    }

    /// <summary>A heartbeat stream says what the failure means, and keeps it as the cause.</summary>
    private static void Check(string wrapper, Exception? seen, Exception failure)
    {
        if (wrapper == "SslStream")
        {
            seen.Should().BeSameAs(failure);
        }
        else
        {
            seen.Should().BeOfType<ConnectionLostException>().Which.Loss.Exception.Should().BeSameAs(failure);
        }
    }

    private sealed class Wrapped(OpenStreams streams, WatchedInner inner, InMemoryLink link) : IAsyncDisposable
    {
        public OpenStreams Streams { get; } = streams;

        public WatchedInner Inner { get; } = inner;

        public static async Task<Wrapped> OpenAsync(string wrapper, bool leaveOpen)
        {
            InMemoryLink link = InMemoryLink.Create();
            WatchedInner inner = new(link.Client);
            return new Wrapped(await StreamMaker.WrapAsync(wrapper, inner, link.Server, leaveOpen), inner, link);
        }

        public async ValueTask DisposeAsync()
        {
            // What has failed may fail again as it ends; that is not what is looked at here.
            await Record.ExceptionAsync(() => Streams.DisposeAsync().AsTask());
            link.Dispose();
        }
    }
}
