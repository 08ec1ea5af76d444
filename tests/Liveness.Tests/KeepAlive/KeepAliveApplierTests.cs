using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

public sealed class KeepAliveApplierTests
{
    private static readonly KeepAlivePlatform s_linux = KeepAlivePlatforms.Linux;

    [Fact]
    public void Everything_is_set_in_order_and_read_back()
    {
        FakeSocketOptions socket = NewLinuxSocket();

        TcpKeepAliveResult result = KeepAliveApplier.Apply(Plans.For(s_linux, 60), socket);

        socket.Calls.Should().Equal("6,4=32", "6,5=7", "6,6=4", "6,18=60000", "1,9=1");
        result.IsComplete.Should().BeTrue();
        result.Outcomes.Select(outcome => outcome.Setting).Should().Equal(Enum.GetValues<TcpKeepAliveSetting>());
        result.Outcomes.Should().OnlyContain(outcome => outcome.Status == TcpKeepAliveStatus.Applied);
        result.InForce.Idle.Should().Be(TimeSpan.FromSeconds(32));
        result.InForce.IsCoherent.Should().BeTrue();
        result.InForce.Detection.Idle.Should().Be(TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Where_one_is_refused_all_before_it_are_put_back(int refused)
    {
        TcpKeepAlivePlan plan = Plans.For(s_linux, 60);
        KernelOption culprit = plan.Operations[refused].Option;
        FakeSocketOptions socket = NewLinuxSocket().Refuse(culprit, SocketError.InvalidArgument);
        int[] before = [.. plan.Operations.Select(operation => socket[operation.Option])];

        TcpKeepAliveException thrown = Throws(plan, socket);

        plan.Operations.Select(operation => socket[operation.Option]).Should().Equal(before);
        thrown.InnerException.Should().BeOfType<SocketException>();
        thrown.Result[plan.Operations[refused].Setting].Should().BeEquivalentTo(new { Status = TcpKeepAliveStatus.Failed, Error = SocketError.InvalidArgument });
        plan.Operations.Take(refused).All(operation => thrown.Result[operation.Setting].Status == TcpKeepAliveStatus.RolledBack).Should().BeTrue();
        plan.Operations.Skip(refused + 1).All(operation => thrown.Result[operation.Setting].Status == TcpKeepAliveStatus.LeftAlone).Should().BeTrue();
        thrown.Result.InForce.Idle.Should().Be(TimeSpan.FromHours(2));
        thrown.Result.IsComplete.Should().BeFalse();
        thrown.Message.Should().Contain(plan.Operations[refused].Setting.ToString()).And.Contain("BestEffort");
    }

    [Fact]
    public void Putting_back_happens_in_reverse_order()
    {
        FakeSocketOptions socket = NewLinuxSocket().Refuse(s_linux.UserTimeout!.Options[0], SocketError.InvalidArgument);

        Throws(Plans.For(s_linux, 60), socket);

        socket.Calls.Should().Equal("6,4=32", "6,5=7", "6,6=4", "6,18=60000", "6,6=9", "6,5=75", "6,4=7200");
    }

    [Fact]
    public void A_kernel_that_takes_another_value_without_a_word_is_found_out()
    {
        FakeSocketOptions socket = NewLinuxSocket().Keep(s_linux.Interval!.Options[0], 10);

        TcpKeepAliveException thrown = Throws(Plans.For(s_linux, 60), socket);

        thrown.Result[TcpKeepAliveSetting.Interval].Detail.Should().Be("the kernel was given 7 and says 10");
        socket[s_linux.Idle!.Options[0]].Should().Be(7200);
    }

    [Fact]
    public void What_cannot_be_put_back_says_so()
    {
        KernelOption idle = s_linux.Idle!.Options[0];
        FakeSocketOptions socket = NewLinuxSocket();
        OneWaySocket oneWay = new(socket, idle, s_linux.Interval!.Options[0]);

        TcpKeepAliveException thrown = Throws(Plans.For(s_linux, 60), oneWay);

        thrown.Result[TcpKeepAliveSetting.Idle].Status.Should().Be(TcpKeepAliveStatus.Failed);
        thrown.Result[TcpKeepAliveSetting.Idle].Detail.Should().StartWith("could not be rolled back");
        thrown.Result.InForce.Idle.Should().Be(TimeSpan.FromSeconds(32), "what is said to be in force is what is");
    }

    [Fact]
    public void Best_effort_sets_the_rest_and_says_what_became_of_each()
    {
        FakeSocketOptions socket = NewLinuxSocket()
            .Refuse(s_linux.Interval!.Options[0], SocketError.InvalidArgument)
            .Refuse(s_linux.UserTimeout!.Options[0], SocketError.ProtocolOption);

        TcpKeepAliveResult result = KeepAliveApplier.Apply(BestEffort(60), socket);

        result.Outcomes.Select(outcome => outcome.Status).Should().Equal(
            TcpKeepAliveStatus.Applied, TcpKeepAliveStatus.Applied, TcpKeepAliveStatus.Failed, TcpKeepAliveStatus.Applied, TcpKeepAliveStatus.Unsupported);
        result[TcpKeepAliveSetting.Interval].Error.Should().Be(SocketError.InvalidArgument);
        result.InForce.Interval.Should().Be(TimeSpan.FromSeconds(75));
        result.InForce.UserTimeout.Should().Be(Timeout.InfiniteTimeSpan);
        result.IsComplete.Should().BeFalse();
        result.ToString().Should().Contain("Interval 7 s: Failed").And.Contain("in force: keepalive on, idle 32 s");
    }

    [Fact]
    public void What_the_platform_lacks_is_refused_before_the_first_call()
    {
        KeepAlivePlatform old = s_linux with { UserTimeout = null };
        FakeSocketOptions socket = NewLinuxSocket();

        TcpKeepAliveException thrown = Throws(Plans.For(old, 60), socket);

        socket.Calls.Should().BeEmpty();
        thrown.Result[TcpKeepAliveSetting.UserTimeout].Status.Should().Be(TcpKeepAliveStatus.Unsupported);
        TcpKeepAlivePlan without = Plans.For(old, new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60), Policy = TcpKeepAlivePolicy.BestEffort });
        KeepAliveApplier.Apply(without, socket).Outcomes.Count(outcome => outcome.Status == TcpKeepAliveStatus.Applied).Should().Be(4);
    }

    [Fact]
    public void A_socket_that_has_less_than_its_platform_loses_nothing()
    {
        // A multipath TCP socket: everything but the user timeout, which can't even be read.
        FakeSocketOptions socket = NewLinuxSocket().HideFromReaders(s_linux.UserTimeout!.Options[0], SocketError.ProtocolOption);

        TcpKeepAliveException thrown = Throws(Plans.For(s_linux, 60), socket);

        thrown.Result[TcpKeepAliveSetting.UserTimeout].Status.Should().Be(TcpKeepAliveStatus.Unsupported);
        thrown.Result.InForce.UserTimeout.Should().BeNull();
        socket[s_linux.Idle!.Options[0]].Should().Be(7200);
        socket[s_linux.Enabled].Should().Be(0);
    }

    [Fact]
    public void On_a_socket_that_is_not_connected_nothing_is_set_by_number()
    {
        FakeSocketOptions socket = NewLinuxSocket(connected: false);

        Throws(Plans.For(s_linux, 60), socket).Result[TcpKeepAliveSetting.UserTimeout].Status.Should().Be(TcpKeepAliveStatus.Deferred);
        socket.Calls.Should().BeEmpty();
        TcpKeepAliveResult result = KeepAliveApplier.Apply(BestEffort(60), socket);
        result[TcpKeepAliveSetting.UserTimeout].Status.Should().Be(TcpKeepAliveStatus.Deferred);
        socket.Calls.Should().Equal("6,4=32", "6,5=7", "6,6=4", "1,9=1");
    }

    [Fact]
    public void Windows_takes_numbers_at_any_time()
    {
        FakeSocketOptions socket = new() { IsConnected = false };

        KeepAliveApplier.Apply(Plans.For(KeepAlivePlatforms.Windows1709, 60), socket).IsComplete.Should().BeTrue();
    }

    [Fact]
    public void The_older_Windows_gets_one_call_for_three_settings_and_reads_none_of_it_back()
    {
        FakeSocketOptions socket = new() { [KeepAlivePlatforms.WindowsOlder.Enabled] = 1 };

        TcpKeepAliveResult result = KeepAliveApplier.Apply(Plans.For(KeepAlivePlatforms.WindowsOlder, 60), socket);

        socket.Calls.Should().Equal("6,5=60", "ioctl 98000004 0100000030750000B80B0000");
        result.IsComplete.Should().BeTrue();
        result[TcpKeepAliveSetting.Idle].Detail.Should().Be("can't be read back");
        result.InForce.Idle.Should().BeNull("a value that was asked for is not one that is in force");
        result.InForce.ProbeCount.Should().Be(10);
        result.InForce.Detection.Idle.Should().BeNull();
    }

    [Fact]
    public void A_user_timeout_that_Windows_cannot_switch_off_is_left_alone_and_said_so()
    {
        TcpKeepAlivePlan plan = Plans.For(KeepAlivePlatforms.Windows1709, new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(60), UserTimeout = Timeout.InfiniteTimeSpan });

        TcpKeepAliveOutcome outcome = KeepAliveApplier.Apply(plan, new FakeSocketOptions())[TcpKeepAliveSetting.UserTimeout];

        outcome.Status.Should().Be(TcpKeepAliveStatus.LeftAlone);
        outcome.ToString().Should().Be("UserTimeout off: LeftAlone (Windows can't be told to go back to its own limit)");
    }

    [Fact]
    public void Both_options_of_macOS_are_one_setting()
    {
        KernelOption persist = KeepAlivePlatforms.MacOS.UserTimeout!.Options[1];
        FakeSocketOptions socket = new FakeSocketOptions().Refuse(persist, SocketError.InvalidArgument);

        TcpKeepAliveException thrown = Throws(Plans.For(KeepAlivePlatforms.MacOS, 60), socket);

        thrown.Result[TcpKeepAliveSetting.UserTimeout].Status.Should().Be(TcpKeepAliveStatus.Failed);
        socket[KeepAlivePlatforms.MacOS.UserTimeout.Options[0]].Should().Be(0);
    }

    [Fact]
    public void Other_kinds_of_socket_are_not_pretended_to()
    {
        FakeSocketOptions socket = new() { IsTcp = false };

        Throws(Plans.For(s_linux, 60), socket);
        KeepAliveApplier.Apply(BestEffort(60), socket).Outcomes.Should().OnlyContain(outcome => outcome.Status == TcpKeepAliveStatus.Unsupported && outcome.Detail == "not a TCP socket");
        socket.Calls.Should().BeEmpty();
    }

    [Theory]
    [InlineData(null, 20_000, 15, false)]
    [InlineData(20.0, 0, 15, false)]
    [InlineData(null, 0, 15, true)]
    [InlineData(null, 21_000, null, true)]
    public void What_the_socket_has_already_must_agree_too(double? userTimeout, int hasUserTimeout, int? idle, bool allowed)
    {
        // The socket has four probes a second apart, and 17 s of idle time: more than 20 s and at most 21 s agree with that.
        FakeSocketOptions socket = NewLinuxSocket();
        socket[s_linux.Idle!.Options[0]] = 17;
        socket[s_linux.Interval!.Options[0]] = 1;
        socket[s_linux.ProbeCount!.Options[0]] = 4;
        socket[s_linux.UserTimeout!.Options[0]] = hasUserTimeout;
        TcpKeepAlivePlan plan = Plans.For(s_linux, Plans.Single(idle, userTimeout: userTimeout));

        if (allowed)
        {
            KeepAliveApplier.Apply(plan, socket).InForce.IsCoherent.Should().BeTrue();
            return;
        }

        Throws(plan, socket).Result[TcpKeepAliveSetting.UserTimeout].Detail.Should().Contain("what the socket has");
        socket.Calls.Should().BeEmpty();
        TcpKeepAliveOptions bestEffort = Plans.Single(idle, userTimeout: userTimeout);
        bestEffort.Policy = TcpKeepAlivePolicy.BestEffort;
        KeepAliveApplier.Apply(Plans.For(s_linux, bestEffort), socket).InForce.IsCoherent.Should().BeFalse();
    }

    private static TcpKeepAlivePlan BestEffort(double target) =>
        Plans.For(s_linux, new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(target), Policy = TcpKeepAlivePolicy.BestEffort });

    private static TcpKeepAliveException Throws(TcpKeepAlivePlan plan, ISocketOptions socket)
    {
        Action apply = () => KeepAliveApplier.Apply(plan, socket);
        return apply.Should().Throw<TcpKeepAliveException>().Which;
    }

    private static FakeSocketOptions NewLinuxSocket(bool connected = true) => new()
    {
        IsConnected = connected,
        [s_linux.Idle!.Options[0]] = 7200,
        [s_linux.Interval!.Options[0]] = 75,
        [s_linux.ProbeCount!.Options[0]] = 9,
    };

    /// <summary>One option can be set once only; another one not at all.</summary>
    private sealed class OneWaySocket(ISocketOptions inner, KernelOption once, KernelOption refused) : ISocketOptions
    {
        private bool _set;

        public bool IsTcp => true;

        public bool IsConnected => true;

        public int Get(KernelOption option) => inner.Get(option);

        public void Set(KernelOption option, int value)
        {
            if (option == refused || (option == once && _set))
            {
                throw new SocketException((int)SocketError.InvalidArgument);
            }

            _set |= option == once;
            inner.Set(option, value);
        }

        public void Control(int code, byte[] input) => inner.Control(code, input);
    }
}
