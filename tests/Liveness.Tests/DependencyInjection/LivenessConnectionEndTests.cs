using System.Net.Sockets;
using Liveness.Tests.InBand;

namespace Liveness.Tests.DependencyInjection;

/// <summary>The two ends that an attached connection's owner can make, besides disposing it.</summary>
public sealed class LivenessConnectionEndTests : IAsyncDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private readonly SocketPair _sockets = SocketPair.OverTcp();
    private readonly LivenessFactory _inBand = new(new LivenessOptions());
    private readonly LivenessFactory _byKernel = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });

    public async ValueTask DisposeAsync()
    {
        await _inBand.DisposeAsync();
        await _byKernel.DisposeAsync();
        _sockets.Dispose();
    }

    [Fact]
    public async Task A_close_in_band_tells_what_the_peer_has_confirmed()
    {
        (LivenessConnection client, LivenessConnection server) = await AttachBothAsync();
        await client.Stream.WriteAsync(new byte[1_000]);
        CloseResult? result = await client.CloseAsync().WaitAsync(s_safety);
        result!.Outcome.Should().Be(CloseOutcome.Confirmed);
        (await server.Monitor.Completion.WaitAsync(s_safety)).Should().BeNull();
    }

    [Fact]
    public async Task An_abort_in_band_tells_the_peer_and_is_no_loss_here()
    {
        (LivenessConnection client, LivenessConnection server) = await AttachBothAsync();
        await client.AbortAsync("half of it failed").AsTask().WaitAsync(s_safety);
        await client.AbortAsync().AsTask().WaitAsync(s_safety);
        PeerGaveUp loss = (await server.Monitor.Completion.WaitAsync(s_safety)).Should().BeOfType<PeerGaveUp>().Subject;
        (loss.Code, loss.Reason).Should().Be((GoodbyeCode.Aborted, "half of it failed"));
        (await client.Monitor.Completion.WaitAsync(s_safety)).Should().BeNull();
        client.Monitor.CloseResult!.Outcome.Should().Be(CloseOutcome.Aborted);
    }

    [Fact]
    public async Task An_abort_of_what_the_kernel_watches_resets_it_and_is_no_loss_here()
    {
        LivenessConnection client = await _byKernel.AttachAsync(_sockets.Client);
        await client.AbortAsync("nobody can be told").AsTask().WaitAsync(s_safety);
        (await client.Monitor.Completion.WaitAsync(s_safety)).Should().BeNull();
        Func<Task> read = () => _sockets.Server.ReceiveAsync(new byte[1]).WaitAsync(s_safety);
        (await read.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
    }

    [Fact]
    public async Task What_cuts_off_and_throws_is_logged_and_ends_nothing()
    {
        RecordingLoggers loggers = new();
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly }, loggers);
        LivenessConnection client = await factory.AttachAsync(new AttachTarget(_sockets.Client) { AbortTransport = () => throw new InvalidOperationException("no") });

        await client.AbortAsync().AsTask().WaitAsync(s_safety);

        await loggers.Logger.FirstAsync("HandlerThrew");
        (await client.Monitor.Completion.WaitAsync(s_safety)).Should().BeNull();
    }

    [Fact]
    public async Task An_abort_of_what_the_kernel_watches_does_not_stand_behind_a_handler()
    {
        using ManualResetEventSlim released = new();
        LivenessConnection client = await _byKernel.AttachAsync(_sockets.Client);
        client.Monitor.StateChanged += (_, _) => released.Wait(s_safety);

        Task aborted = client.AbortAsync().AsTask();
        Func<Task> read = () => _sockets.Server.ReceiveAsync(new byte[1]).WaitAsync(s_safety);
        (await read.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        await aborted.WaitAsync(s_safety);

        released.IsSet.Should().BeFalse();
        client.Monitor.State.Should().Be(LivenessState.Closed);
        released.Set();
        await client.DisposeAsync().AsTask().WaitAsync(s_safety);
    }

    [Fact]
    public async Task A_close_of_what_the_kernel_watches_knows_nothing_of_the_peer()
    {
        LivenessConnection client = await _byKernel.AttachAsync(_sockets.Client);
        (await client.CloseAsync().WaitAsync(s_safety)).Should().BeNull();
        (await _sockets.Server.ReceiveAsync(new byte[1]).WaitAsync(s_safety)).Should().Be(0);
    }

    private async Task<(LivenessConnection Client, LivenessConnection Server)> AttachBothAsync()
    {
        LivenessConnection[] both = await Task.WhenAll(_inBand.AttachAsync(_sockets.Client), _inBand.AttachAsync(_sockets.Server)).WaitAsync(s_safety);
        return (both[0], both[1]);
    }
}
