using System.Net.Sockets;
using System.Runtime.InteropServices;
using Liveness.Kernel;
using Liveness.Testing;
using Liveness.Tests.KeepAlive;

namespace Liveness.Tests.InBand;

/// <summary>Options of a real socket, asked of the Linux kernel before, while and after.</summary>
public sealed class SocketTuningTests
{
    private static readonly object s_gate = new();

    private const int ThinLinearTimeouts = 16;
    private const int NotSentLowWater = 25;
    private const int RtoMax = 44;
    private const int RtoMin = 45;

    [LinuxFact]
    public void Lost_segments_are_repeated_sooner_while_the_stream_runs_and_as_before_afterwards()
    {
        using SocketPair pair = SocketPair.OverTcp();
        (int? Thin, int? Longest, int? Least) before = (Get(pair.Client, ThinLinearTimeouts), Get(pair.Client, RtoMax), Get(pair.Client, RtoMin));
        SocketTuning tuning = new(pair.Client);

        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(10), isQuiet: true);
        ShouldWaitAtMost(pair.Client, 1_000);
        Get(pair.Client, ThinLinearTimeouts).Should().Be(1, "that is older than the other options");
        ShouldWaitAtLeast(pair.Client, 166);
        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(40), isQuiet: true);
        ShouldWaitAtMost(pair.Client, 5_000);

        tuning.PutBack(pair.Client, s_gate);
        (Get(pair.Client, ThinLinearTimeouts), Get(pair.Client, RtoMax), Get(pair.Client, RtoMin)).Should().Be(before);
    }

    [LinuxFact]
    public void What_the_application_has_set_meanwhile_stays_as_it_is()
    {
        using SocketPair pair = SocketPair.OverTcp();
        SocketTuning tuning = new(pair.Client);
        tuning.LimitUnsent(pair.Client, s_gate, 20_000);
        pair.Client.NoDelay.Should().BeTrue();
        pair.Client.NoDelay = false;
        pair.Client.SetRawSocketOption(6, NotSentLowWater, BitConverter.GetBytes(30_000));

        tuning.PutBack(pair.Client, s_gate);

        (pair.Client.NoDelay, Get(pair.Client, NotSentLowWater)).Should().Be((false, 30_000));
    }

    [LinuxFact]
    public void An_option_that_the_kernel_refuses_is_left_alone_and_the_socket_stays_connected()
    {
        using SocketPair pair = SocketPair.OverTcp();
        TunedOption congestion = new(13);

        congestion.Set(pair.Client, 1);
        congestion.PutBack(pair.Client);

        pair.Client.Connected.Should().BeTrue();
        TunedOption unknown = new(250);
        unknown.Set(pair.Client, 1);
        (unknown.IsUnknown, pair.Client.Connected).Should().Be((true, true));
        pair.Client.Dispose();
        unknown.Set(pair.Client, 1);
    }

    [LinuxFact]
    public void A_bound_that_gains_nothing_puts_the_kernels_own_pace_back()
    {
        using SocketPair pair = SocketPair.OverTcp();
        int? before = Get(pair.Client, RtoMax);
        SocketTuning tuning = new(pair.Client);
        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(10), isQuiet: true);

        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.MaxValue, isQuiet: true);

        Get(pair.Client, RtoMax).Should().Be(before);
        Get(pair.Client, ThinLinearTimeouts).Should().Be(0);
    }

    [LinuxFact]
    public void Once_much_is_sent_the_kernels_own_patience_with_late_acknowledgements_is_back()
    {
        using SocketPair pair = SocketPair.OverTcp();
        int? before = Get(pair.Client, RtoMin);
        SocketTuning tuning = new(pair.Client);
        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(3), isQuiet: true);
        ShouldWaitAtLeast(pair.Client, 50);

        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(3), isQuiet: false);

        Get(pair.Client, RtoMin).Should().Be(before);
        ShouldWaitAtMost(pair.Client, 1_000);
    }

    [LinuxFact]
    public void What_an_administrator_or_the_owner_has_made_shorter_stays()
    {
        using SocketPair pair = SocketPair.OverTcp();
        if (Get(pair.Client, RtoMin) is null)
        {
            return;
        }

        pair.Client.SetRawSocketOption(6, RtoMin, BitConverter.GetBytes(20_000));
        SocketTuning tuning = new(pair.Client);
        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(3), isQuiet: true);

        Get(pair.Client, RtoMin).Should().Be(20_000);
    }

    [LinuxFact]
    public void On_a_closed_socket_nothing_happens()
    {
        using SocketPair pair = SocketPair.OverTcp();
        SocketTuning tuning = new(pair.Client);
        pair.Client.Dispose();

        tuning.LimitUnsent(pair.Client, s_gate, 20_000);
        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(10), isQuiet: true);
    }

    [LinuxFact]
    public void Nothing_is_set_any_more_once_the_socket_is_its_owners_again()
    {
        using SocketPair pair = SocketPair.OverTcp();
        (int?, int?) before = (Get(pair.Client, NotSentLowWater), Get(pair.Client, RtoMax));
        SocketTuning tuning = new(pair.Client);
        tuning.PutBack(pair.Client, s_gate);

        tuning.LimitUnsent(pair.Client, s_gate, 20_000);
        tuning.RepairFaster(pair.Client, s_gate, TimeSpan.FromSeconds(10), isQuiet: true);

        (Get(pair.Client, NotSentLowWater), Get(pair.Client, RtoMax)).Should().Be(before);
    }

    [LinuxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tls_that_leaves_its_inner_stream_open_leaves_the_socket_to_its_owner(bool isLost)
    {
        using SocketPair pair = SocketPair.OverTcp();
        (Stream client, _) = await TlsPair.CreateAsync(pair, leaveInnerStreamOpen: true);
        Transport transport = Transport.Over(client, leaveOpen: false, abort: null);
        transport.LimitUnsent(20_000);

        if (isLost)
        {
            transport.Abort();
        }
        else
        {
            await transport.CloseAsync();
        }

        (pair.Client.NoDelay, Get(pair.Client, NotSentLowWater)).Should().Be((false, 0));
        pair.Client.Send([1]).Should().Be(1);
    }

    [LinuxFact]
    public async Task By_another_clock_than_the_kernels_its_ages_mean_nothing()
    {
        using SocketPair pair = SocketPair.OverTcp();
        (_, Stream server) = await TlsPair.CreateAsync(pair);

        Transport first = Transport.Over(server, leaveOpen: true, abort: null, new ManualTimeProvider());
        first.Witness.Read().HeldBackHeardAgo.Should().BeNull();
        first.ReleaseClaim();
        Transport.Over(server, leaveOpen: true, abort: null, TimeProvider.System).Witness.Read().HeldBackHeardAgo.Should().NotBeNull();
    }

    [LinuxFact]
    public void A_unix_domain_socket_is_not_asked_about_tcp()
    {
        using SocketPair pair = SocketPair.OverUnixDomain(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()));
        int mine = Environment.CurrentManagedThreadId;
        int thrown = 0;
        void Count(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e) => thrown += Environment.CurrentManagedThreadId == mine ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        WitnessReading reading;
        try
        {
            reading = new SocketWitness(pair.Client).Read(pair.Client, hidesCompletedReads: false);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        (reading.Available, reading.Kernel.HasValue, thrown).Should().Be((0, false, 0));
    }

    [LinuxFact]
    public async Task The_socket_beneath_tls_is_found_tuned_asked_and_put_back()
    {
        using SocketPair pair = SocketPair.OverTcp();
        Socket socket = pair.Server;
        (_, Stream server) = await TlsPair.CreateAsync(pair);
        Transport transport = Transport.Over(server, leaveOpen: true, abort: null);

        socket.NoDelay.Should().BeTrue();
        transport.LimitUnsent(20_000);
        Get(socket, NotSentLowWater).Should().Be(20_000);
        WitnessReading reading = transport.Witness.Read();
        (reading.Available, reading.HidesCompletedReads, reading.HoldsBackRecords).Should().Be((0, true, true));
        reading.HeldBackHeardAgo.Should().NotBeNull();
        reading.Kernel!.Value.BytesReceived.Should().BePositive("TLS has shaken hands");

        await transport.CloseAsync();
        (socket.NoDelay, Get(socket, NotSentLowWater)).Should().Be((false, 0));
    }

    [LinuxFact]
    public async Task A_lost_connection_beneath_tls_is_cut_off_by_a_reset()
    {
        using SocketPair pair = SocketPair.OverTcp();
        (Stream client, _) = await TlsPair.CreateAsync(pair);
        Transport transport = Transport.Over(client, leaveOpen: false, abort: null);

        transport.Abort();

        Func<Task> reading = async () => _ = await pair.Server.ReceiveAsync(new byte[256]).WaitAsync(TimeSpan.FromSeconds(10));
        (await reading.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    /// <summary>The kernel keeps it in its own ticks, of up to 10 ms. Before 6.15 there is no such option.</summary>
    private static void ShouldWaitAtMost(Socket socket, int milliseconds)
    {
        if (Get(socket, RtoMax) is { } longest)
        {
            longest.Should().BeInRange(milliseconds, milliseconds + 10);
        }
    }

    /// <inheritdoc cref="ShouldWaitAtMost"/>
    private static void ShouldWaitAtLeast(Socket socket, int milliseconds)
    {
        if (Get(socket, RtoMin) is { } least)
        {
            least.Should().BeInRange(milliseconds * 1_000, (milliseconds + 11) * 1_000);
        }
    }

    /// <returns>Null where the kernel has no such option.</returns>
    private static int? Get(Socket socket, int option)
    {
        byte[] value = new byte[sizeof(int)];
        try
        {
            socket.GetRawSocketOption(6, option, value);
            return MemoryMarshal.Read<int>(value);
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
