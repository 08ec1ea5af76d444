using System.Net.Sockets;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

/// <summary>One story over both cables, told through their interface. Every wait is for an event, and bounded.</summary>
public sealed class FaultyCableTests
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(nameof(InMemoryLink))]
    [InlineData(nameof(LoopbackRelay))]
    public async Task A_stall_ends_a_cut_stays_and_a_reset_reaches_both_ends(string kind)
    {
        await using CabledPair pair = await OpenAsync(kind);
        IFaultyCable cable = pair.Cable;
        Task<byte[]> held = ReceiveAsync(pair.Server, 3);
        Task<byte[]> heldBack = ReceiveAsync(pair.Client, 1);

        cable.Stall();
        await pair.Client.WriteAsync(new byte[] { 1, 2, 3 });
        await pair.Server.WriteAsync(new byte[] { 4 });
        (held.IsCompleted, heldBack.IsCompleted).Should().Be((false, false), "both ways are held up");

        cable.Resume();
        (await held).Should().Equal(1, 2, 3);
        (await heldBack).Should().Equal(4);

        cable.CutToServer();
        (cable.ToServer.IsCut, cable.ToClient.IsCut).Should().Be((true, false));
        await pair.Client.WriteAsync(new byte[] { 5 });
        await pair.Server.WriteAsync(new byte[] { 6 });
        (await ReceiveAsync(pair.Client, 1)).Should().Equal(6);

        cable.Resume();
        Task<SocketError?> server = OutcomeAsync(pair.Server);
        Task<SocketError?> client = OutcomeAsync(pair.Client);
        cable.CutToClient();
        (cable.ToServer.IsCut, cable.ToClient.IsCut).Should().Be((true, true));
        await pair.Server.WriteAsync(new byte[] { 7 });
        cable.Reset();
        (await server).Should().Be(SocketError.ConnectionReset, "what was sent behind the cut never arrives");
        (await client).Should().Be(SocketError.ConnectionReset, "a reset comes through a cut");
    }

    [Theory]
    [InlineData(nameof(InMemoryLink))]
    [InlineData(nameof(LoopbackRelay))]
    public async Task A_close_comes_behind_the_bytes_at_both_ends(string kind)
    {
        await using CabledPair pair = await OpenAsync(kind);
        await pair.Client.WriteAsync(new byte[] { 1 });
        (await ReceiveAsync(pair.Server, 1)).Should().Equal(1);

        pair.Cable.Close();

        (await OutcomeAsync(pair.Server)).Should().BeNull();
        (await OutcomeAsync(pair.Client)).Should().BeNull();
    }

    [Theory]
    [InlineData(nameof(InMemoryLink))]
    [InlineData(nameof(LoopbackRelay))]
    public async Task A_pulled_cable_lets_no_close_through(string kind)
    {
        await using CabledPair pair = await OpenAsync(kind);
        Task<SocketError?> server = OutcomeAsync(pair.Server);

        pair.Cable.Cut();
        (pair.Cable.ToServer.IsCut, pair.Cable.ToClient.IsCut).Should().Be((true, true));
        pair.Cable.Close();
        pair.Cable.Reset();

        (await server).Should().Be(SocketError.ConnectionReset, "the close was lost, and the reset was not");
    }

    [Theory]
    [InlineData(nameof(InMemoryLink))]
    [InlineData(nameof(LoopbackRelay))]
    public async Task Every_fault_may_be_ordered_again_and_of_a_cable_that_is_gone(string kind)
    {
        await using CabledPair pair = await OpenAsync(kind);
        IFaultyCable cable = pair.Cable;
        Action[] faults = [cable.Stall, cable.Resume, cable.CutToServer, cable.CutToClient, cable.Cut, cable.Close, cable.Reset];

        Array.ForEach([.. faults, .. faults], static fault => fault.Should().NotThrow());
        await pair.RemoveCableAsync();
        Array.ForEach(faults, static fault => fault.Should().NotThrow());
    }

    private static async Task<CabledPair> OpenAsync(string kind) =>
        kind == nameof(InMemoryLink) ? CabledPair.InMemory() : await CabledPair.OnLoopbackAsync().WaitAsync(s_bound);

    private static async Task<byte[]> ReceiveAsync(Stream stream, int count)
    {
        byte[] bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes).AsTask().WaitAsync(s_bound);
        return bytes;
    }

    /// <summary>Null = orderly end.</summary>
    private static async Task<SocketError?> OutcomeAsync(Stream stream)
    {
        try
        {
            (await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(s_bound)).Should().Be(0);
            return null;
        }
        catch (IOException exception) when (exception.InnerException is SocketException inner)
        {
            return inner.SocketErrorCode;
        }
    }
}
