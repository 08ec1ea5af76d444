using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Liveness.Kernel;
using Liveness.Testing;

namespace Liveness.Tests.InBand;

#pragma warning disable LIV001 // Who wraps first is what is tried: nothing is sent.

/// <summary>
/// Two heartbeat streams over one connection would take each other's bytes: the second is refused, before anything is touched.
/// </summary>
public sealed class WrappedTwiceTests : IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private readonly SocketPair _sockets = SocketPair.OverTcp();

    public void Dispose() => _sockets.Dispose();

    [Fact]
    public async Task The_second_is_told_what_is_wrong_and_what_to_do_and_the_first_is_none_the_worse()
    {
        await using NetworkStream network = new(_sockets.Client, ownsSocket: false);
        HeartbeatStream first = new(_sockets.Client);
        Action[] again =
        [
            () => _ = new HeartbeatStream(_sockets.Client),
            () => _ = new HeartbeatStream(network),
            () => _ = HeartbeatStream.StartAsync(_sockets.Client),
        ];
        foreach (Action wrap in again)
        {
            wrap.Should().Throw<InvalidOperationException>().WithMessage("*wrapped by a HeartbeatStream already*dispose it first*");
        }

        await using LivenessFactory factory = new(new LivenessOptions());
        Func<Task> attach = () => factory.AttachAsync(_sockets.Client);
        await attach.Should().ThrowAsync<InvalidOperationException>().WithMessage("*LivenessConnection.Stream*");
        factory.Connections.Should().BeEmpty();

        HeartbeatStream server = new(_sockets.Server);
        await Task.WhenAll(first.StartAsync(), server.StartAsync()).WaitAsync(s_safety);
        await Task.WhenAll(first.DisposeAsync().AsTask(), server.DisposeAsync().AsTask()).WaitAsync(s_safety);
    }

    [Fact]
    public async Task So_it_is_over_a_stream_of_any_kind()
    {
        using InMemoryLink link = InMemoryLink.Create();
        await using HeartbeatStream first = new(link.Client);
        Action again = () => _ = new HeartbeatStream(link.Client);
        again.Should().Throw<InvalidOperationException>();
    }

    /// <summary>They only look, or stand one above the other.</summary>
    [Fact]
    public async Task The_kernels_watch_beside_and_a_heartbeat_above_a_heartbeat_are_none()
    {
        HeartbeatStream[] ends = [new(_sockets.Client), new(_sockets.Server)];
        await using SocketWatcher beside = SocketWatcher.Start(_sockets.Client);
        HeartbeatStream[] above = await Task.WhenAll(ends.Select(end => HeartbeatStream.StartAsync(end))).WaitAsync(s_safety);
        await Task.WhenAll(above.Select(end => end.DisposeAsync().AsTask())).WaitAsync(s_safety);
    }

    [Fact]
    public async Task After_the_first_was_disposed_what_it_left_open_may_be_wrapped_again()
    {
        for (int round = 0; round < 3; round++)
        {
            HeartbeatStream[] ends = [new(_sockets.Client, leaveOpen: true), new(_sockets.Server, leaveOpen: true)];
            await Task.WhenAll(ends.Select(end => end.StartAsync())).WaitAsync(s_safety);
            await Task.WhenAll(ends.Select(end => end.DisposeAsync().AsTask())).WaitAsync(s_safety);
        }

        // Never started, and aborted.
        await new HeartbeatStream(_sockets.Client, leaveOpen: true).DisposeAsync();
        await new HeartbeatStream(_sockets.Client, leaveOpen: true).AbortAsync();
        new HeartbeatStream(_sockets.Client, leaveOpen: true).Dispose();
        await new HeartbeatStream(_sockets.Client, leaveOpen: true).DisposeAsync();
    }

    [Fact]
    public async Task After_the_first_was_lost_it_may_too()
    {
        HeartbeatStream first = new(_sockets.Client, new HeartbeatOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(100) }, leaveOpen: true);
        Task starting = first.StartAsync();
        (await first.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<HandshakeFailed>();
        HeartbeatStream second = new(_sockets.Client, leaveOpen: true);
        await Record.ExceptionAsync(() => starting);
        await first.DisposeAsync();
        Action again = () => _ = new HeartbeatStream(_sockets.Client);
        again.Should().Throw<InvalidOperationException>("what the first lets go of late is the second's");
        await second.DisposeAsync();
    }

    [Fact]
    public async Task A_wrapper_that_was_dropped_is_kept_by_nobody_and_keeps_nothing()
    {
        WeakReference dropped = WrapAndDrop(_sockets.Client);
        for (int tries = 0; dropped.IsAlive && tries < 10; tries++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        dropped.IsAlive.Should().BeFalse();
        await new HeartbeatStream(_sockets.Client).DisposeAsync();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference WrapAndDrop(Socket socket) => new(new HeartbeatStream(socket, leaveOpen: true));
}
