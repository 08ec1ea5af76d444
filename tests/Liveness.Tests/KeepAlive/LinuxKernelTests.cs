using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Liveness.KeepAlive;
using Liveness.Tests.InBand;

namespace Liveness.Tests.KeepAlive;

/// <summary>Asks the running kernel, by getsockopt, before and after. Nothing here waits.</summary>
public sealed class LinuxKernelTests
{
    private static readonly string[] s_values = ["set", "negative", "untouched"];

    /// <summary>What a new socket has here: its times and its count are the system's settings.</summary>
    private static readonly Lazy<Raw> s_fresh = new(() =>
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        return Raw.Of(socket);
    });

    public static TheoryData<string, string, string, string> EveryCombination
    {
        get
        {
            TheoryData<string, string, string, string> rows = [];
            foreach (string idle in s_values)
            {
                foreach (string interval in s_values)
                {
                    foreach (string count in s_values)
                    {
                        foreach (string userTimeout in s_values)
                        {
                            rows.Add(idle, interval, count, userTimeout);
                        }
                    }
                }
            }

            return rows;
        }
    }

    [LinuxTheory]
    [MemberData(nameof(EveryCombination))]
    public void Every_combination_of_set_negative_and_untouched(string idle, string interval, string count, string userTimeout)
    {
        using SocketPair pair = SocketPair.OverTcp();
        Raw before = Raw.Of(pair.Client);
        TcpKeepAliveOptions options = new()
        {
            Idle = Choose(idle, TimeSpan.FromSeconds(33), TimeSpan.FromSeconds(-3)),
            Interval = Choose(interval, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(-3)),
            ProbeCount = count == "set" ? 5 : count == "negative" ? -3 : null,
        };
        TimeSpan idleInForce = options.Idle ?? TimeSpan.FromSeconds(before.Idle);
        TimeSpan intervalInForce = options.Interval ?? TimeSpan.FromSeconds(before.Interval);
        int countInForce = options.ProbeCount ?? before.Count;
        TimeSpan coherent = idleInForce + (countInForce * intervalInForce);
        options.UserTimeout = Choose(userTimeout, coherent, TimeSpan.FromSeconds(-3));

        Func<TcpKeepAliveResult> apply = () => pair.Client.ApplyTcpKeepAlive(options);

        if (new[] { idle, interval, count, userTimeout }.Contains("negative"))
        {
            apply.Should().Throw<ArgumentOutOfRangeException>();
            Raw.Of(pair.Client).Should().Be(before, "nothing is set where anything is out of range");
            return;
        }

        TcpKeepAliveResult result = apply();
        Raw.Of(pair.Client).Should().Be(new Raw(
            (int)idleInForce.TotalSeconds, (int)intervalInForce.TotalSeconds, countInForce, userTimeout == "set" ? (int)coherent.TotalMilliseconds : 0, 1));
        result.IsComplete.Should().BeTrue();
        result.InForce.Idle.Should().Be(idleInForce);
        result.InForce.Interval.Should().Be(intervalInForce);
        result.InForce.ProbeCount.Should().Be(countInForce);
        result.InForce.UserTimeout.Should().Be(options.UserTimeout ?? Timeout.InfiniteTimeSpan);
        result.InForce.IsCoherent.Should().BeTrue();
        result.InForce.Detection.Idle.Should().Be(coherent);
        Raw.Of(pair.Server).Should().Be(before, "the other end is another socket");
    }

    [LinuxTheory]
    [InlineData(0.0000001, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(1.0000001, 2, 2)]
    [InlineData(32_766.5, 32_767, 32_767)]
    [InlineData(32_767, 32_767, 32_767)]
    public void The_kernel_takes_every_boundary_of_the_times(double seconds, int idle, int interval)
    {
        using SocketPair pair = SocketPair.OverTcp();

        pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { Idle = TimeSpan.FromSeconds(seconds), Interval = TimeSpan.FromSeconds(seconds) });

        Raw.Of(pair.Client).Should().Be(s_fresh.Value with { Idle = idle, Interval = interval, Enabled = 1 });
    }

    [LinuxTheory]
    [InlineData(1)]
    [InlineData(127)]
    public void The_kernel_takes_every_boundary_of_the_count(int count)
    {
        using SocketPair pair = SocketPair.OverTcp();

        pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { ProbeCount = count }).InForce.ProbeCount.Should().Be(count);

        Raw.Of(pair.Client).Count.Should().Be(count);
    }

    [LinuxTheory]
    [InlineData(1, 1)]
    [InlineData(1.5, 2)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void The_kernel_takes_every_boundary_of_the_user_timeout(double milliseconds, int inForce)
    {
        using SocketPair pair = SocketPair.OverTcp();

        pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { Enabled = false, UserTimeout = TimeSpan.FromMilliseconds(milliseconds) });

        Raw.Of(pair.Client).Should().Be(s_fresh.Value with { UserTimeout = inForce });
    }

    [LinuxTheory]
    [InlineData(4, 0)]
    [InlineData(4, 32_768)]
    [InlineData(5, 0)]
    [InlineData(5, 32_768)]
    [InlineData(6, 0)]
    [InlineData(6, 128)]
    [InlineData(18, -1)]
    public void The_kernel_refuses_what_the_table_refuses(int option, int value)
    {
        using SocketPair pair = SocketPair.OverTcp();
        Action set = () => new SystemSocketOptions(pair.Client).Set(new KernelOption(6, option), value);

        set.Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.InvalidArgument);
    }

    [LinuxTheory]
    [InlineData(5, 1, 1)]
    [InlineData(60, 32, 7)]
    [InlineData(65_531, 32_767, 8_191)]
    public void A_target_becomes_exactly_these_numbers_in_the_kernel(int target, int idle, int interval)
    {
        using SocketPair pair = SocketPair.OverTcp();

        TcpKeepAliveResult result = pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(target) });

        Raw.Of(pair.Client).Should().Be(new Raw(idle, interval, 4, target * 1_000, 1));
        result.InForce.Detection.Idle.Should().Be(TimeSpan.FromSeconds(target));
        result.InForce.Detection.IdleThenWriting.Should().Be(TimeSpan.FromSeconds(2 * target));
        result.InForce.EffectiveProbes.Should().Be(4);
    }

    [LinuxFact]
    public void Switching_off_leaves_the_times_and_ends_the_probes()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) });

        TcpKeepAliveResult result = pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { Enabled = false, UserTimeout = Timeout.InfiniteTimeSpan });

        Raw.Of(pair.Client).Should().Be(new Raw(32, 7, 4, 0, 0));
        result.InForce.Detection.Idle.Should().Be(Timeout.InfiniteTimeSpan);
    }

    [LinuxFact]
    public void A_plan_that_the_kernel_refuses_half_way_leaves_the_socket_as_it_was()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Client.ApplyTcpKeepAlive(TcpKeepAlivePresets.Cloud());
        Raw before = Raw.Of(pair.Client);

        // A table with a mistake: this row lets more through than the kernel takes.
        KeepAlivePlatform wrong = KeepAlivePlatforms.Linux with { ProbeCount = KeepAlivePlatforms.Linux.ProbeCount! with { Most = 1_000 } };
        TcpKeepAlivePlan plan = TcpKeepAlivePlan.Create(new TcpKeepAliveOptions { Idle = TimeSpan.FromSeconds(5), Interval = TimeSpan.FromSeconds(5), ProbeCount = 200, UserTimeout = Timeout.InfiniteTimeSpan }, wrong, Plans.Limits);
        Action apply = () => pair.Client.ApplyTcpKeepAlive(plan);

        TcpKeepAliveException thrown = apply.Should().Throw<TcpKeepAliveException>().Which;

        Raw.Of(pair.Client).Should().Be(before);
        thrown.Result.Outcomes.Select(outcome => outcome.Status).Should().Equal(
            TcpKeepAliveStatus.LeftAlone, TcpKeepAliveStatus.RolledBack, TcpKeepAliveStatus.RolledBack, TcpKeepAliveStatus.Failed, TcpKeepAliveStatus.LeftAlone);
        thrown.Result[TcpKeepAliveSetting.ProbeCount].Error.Should().Be(SocketError.InvalidArgument);
    }

    [LinuxFact]
    public void Reading_changes_nothing_and_tells_what_others_have_set()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        pair.Client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 15);
        pair.Client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 15);
        pair.Client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 9);
        pair.Client.SetRawSocketOption(6, 18, BitConverter.GetBytes(20_000));
        Raw before = Raw.Of(pair.Client);

        TcpKeepAliveSettings settings = TcpKeepAlive.Read(pair.Client);

        Raw.Of(pair.Client).Should().Be(before);
        settings.ToString().Should().Be("keepalive on, idle 15 s, interval 15 s, 9 probes, user timeout 20 s; a dead peer is found within 30 s while idle, within 20 s with data in flight");
        settings.EffectiveProbes.Should().Be(1, "this is how a single lost packet ended connections elsewhere");
        settings.IsCoherent.Should().BeFalse();
    }

    [LinuxFact]
    public void A_longest_retransmission_timeout_of_the_socket_counts()
    {
        using SocketPair pair = SocketPair.OverTcp();
        TcpKeepAlive.Read(pair.Client).Detection.DataInFlight.Should().BeGreaterThan(TimeSpan.FromSeconds(500));

        pair.Client.SetRawSocketOption(6, 44, BitConverter.GetBytes(1_000));

        TcpKeepAlive.Read(pair.Client).Detection.DataInFlight.Should().BeLessThan(TimeSpan.FromSeconds(60));
    }

    [LinuxFact]
    public void Sockets_that_are_not_TCP_are_refused_or_reported()
    {
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        TcpKeepAliveOptions options = new() { DetectWithin = TimeSpan.FromSeconds(60) };
        Action apply = () => udp.ApplyTcpKeepAlive(options);

        apply.Should().Throw<TcpKeepAliveException>();
        options.Policy = TcpKeepAlivePolicy.BestEffort;
        udp.ApplyTcpKeepAlive(options).Outcomes.Should().OnlyContain(outcome => outcome.Status == TcpKeepAliveStatus.Unsupported);
        ((int)udp.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!).Should().Be(0);
    }

    [LinuxFact]
    public void A_closed_socket_is_the_callers_mistake()
    {
        SocketPair pair = SocketPair.OverTcp();
        pair.Dispose();

        Action apply = () => pair.Client.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60) });
        Action read = () => TcpKeepAlive.Read(pair.Client);

        apply.Should().Throw<ObjectDisposedException>();
        read.Should().Throw<ObjectDisposedException>();
    }

    [LinuxFact]
    public void On_a_listener_all_but_the_user_timeout_is_set_and_inherited()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);

        TcpKeepAliveResult result = listener.ApplyTcpKeepAlive(new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60), Policy = TcpKeepAlivePolicy.BestEffort });

        result[TcpKeepAliveSetting.UserTimeout].Status.Should().Be(TcpKeepAliveStatus.Deferred);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndPoint!);
        using Socket accepted = listener.Accept();
        Raw.Of(accepted).Should().Be(new Raw(32, 7, 4, 0, 1));
    }

    private static TimeSpan? Choose(string which, TimeSpan set, TimeSpan negative) => which switch
    {
        "set" => set,
        "negative" => negative,
        _ => null,
    };

    /// <summary>Straight from getsockopt, past everything that is tested here.</summary>
    private readonly record struct Raw(int Idle, int Interval, int Count, int UserTimeout, int Enabled)
    {
        public static Raw Of(Socket socket) => new(Get(socket, 6, 4), Get(socket, 6, 5), Get(socket, 6, 6), Get(socket, 6, 18), Get(socket, 1, 9));

        private static int Get(Socket socket, int level, int option)
        {
            Span<byte> value = stackalloc byte[4];
            socket.GetRawSocketOption(level, option, value).Should().Be(4);
            return MemoryMarshal.Read<int>(value);
        }
    }
}
