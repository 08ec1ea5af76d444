using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Tests.InBand;

namespace Liveness.Tests.KeepAlive;

/// <summary>
/// Whose keepalive it is, on the running kernel: what the application has set is never touched, and what we set goes away again.
/// </summary>
public sealed class KeepAliveOwnerTests : IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(8);
    private static readonly KernelOption s_userTimeout = KeepAlivePlatforms.Linux.UserTimeout!.Options[0];
    private static readonly KernelOption s_idle = KeepAlivePlatforms.Linux.Idle!.Options[0];
    private static readonly KernelOption s_interval = KeepAlivePlatforms.Linux.Interval!.Options[0];

    private readonly KeepAliveOwner _owner = new();
    private readonly SocketPair _pair = SocketPair.OverTcp();
    private readonly SystemSocketOptions _options;
    private readonly SocketIdentity _identity;
    private readonly string _before;

    public KeepAliveOwnerTests()
    {
        _options = new SystemSocketOptions(_pair.Client);
        _identity = SocketIdentity.Of(_pair.Client);
        _before = Numbers();
    }

    [LinuxFact]
    public void A_claim_turns_keepalive_on_and_its_release_turns_it_off_again()
    {
        Claim().Should().Be(WitnessAsking.ForUs);
        Numbers().Should().Be("on 2 1 127");

        Release();

        Numbers().Should().Be(_before).And.StartWith("off");
        _owner.Count.Should().Be(0);
    }

    [LinuxFact]
    public void A_user_timeout_of_the_application_keeps_it_off_because_Linux_would_end_the_connection_by_our_probes()
    {
        _options.Set(s_userTimeout, 3_000);

        Claim().Should().Be(WitnessAsking.UserTimeoutIsSet);

        Numbers().Should().Be(_before);
    }

    [LinuxFact]
    public void A_user_timeout_that_is_set_later_ends_the_asking_at_the_next_look_before_a_probe_is_unanswered()
    {
        Claim();
        _options.Set(s_userTimeout, 3_000);

        _owner.Look(_identity, _options, unanswered: 0, idle: 2).Should().Be(WitnessAsking.UserTimeoutIsSet);

        Numbers().Should().Be(_before);
    }

    [LinuxTheory]
    [InlineData(60, 10, WitnessAsking.OwnKeepAliveIsSlow)]
    [InlineData(4, 3, WitnessAsking.OwnKeepAliveIsSlow)]
    [InlineData(4, 2, WitnessAsking.ForTheApplication)]
    internal void Keepalive_of_the_application_stays_as_it_is_and_serves_where_it_asks_often_enough(int idle, int interval, WitnessAsking asking)
    {
        SetOwn(idle, interval, 5);

        Claim().Should().Be(asking);

        Numbers().Should().Be($"on {idle} {interval} 5");
        _owner.Count.Should().Be(0, "nothing is to be released");
    }

    [LinuxFact]
    public void Two_claims_on_one_socket_count_and_the_last_release_puts_back_what_was_before_both()
    {
        Claim(idle: 5, interval: 3).Should().Be(WitnessAsking.ForUs);
        Claim(idle: 2, interval: 4).Should().Be(WitnessAsking.ForUs);
        Numbers().Should().Be("on 2 3 127", "the shorter of each");

        Release();
        Numbers().Should().Be("on 2 3 127");
        _owner.Look(_identity, _options, unanswered: 0, idle: 2).Should().Be(WitnessAsking.ForUs);
        Release();

        Numbers().Should().Be(_before);
    }

    [LinuxFact]
    public void Two_objects_for_one_socket_are_one_socket()
    {
        using Socket other = new(new SafeSocketHandle(_pair.Client.SafeHandle.DangerousGetHandle(), ownsHandle: false));

        SocketIdentity.Of(other).Should().Be(_identity);
        SocketIdentity.Of(_pair.Server).Should().NotBe(_identity);
    }

    [LinuxFact]
    public void What_the_application_has_changed_meanwhile_stays_and_keepalive_stays_on()
    {
        Claim();
        _options.Set(s_idle, 33);

        Release();

        (int interval, int count) = (int.Parse(_before.Split(' ')[2]), int.Parse(_before.Split(' ')[3]));
        Numbers().Should().Be($"on 33 {interval} {count}");
    }

    [LinuxTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_look_notices_what_the_application_has_set_and_gives_the_rest_back(bool userTimeout)
    {
        Claim();
        _options.Set(userTimeout ? s_userTimeout : s_idle, userTimeout ? 3_000 : 33);

        _owner.Look(_identity, _options, unanswered: 1, idle: 2).Should().Be(userTimeout ? WitnessAsking.UserTimeoutIsSet : WitnessAsking.TakenOver);

        _options.Get(s_idle).Should().Be(userTimeout ? int.Parse(_before.Split(' ')[1]) : 33);
        _options.Get(s_interval).Should().Be(int.Parse(_before.Split(' ')[2]));
        _options.Get(KeepAlivePlatforms.Linux.Enabled).Should().Be(userTimeout ? 0 : 1);
        _owner.Look(_identity, _options, unanswered: 0, idle: 2).Should().Be(WitnessAsking.TakenOver);
    }

    [LinuxFact]
    public void Before_keepalive_is_applied_ours_is_given_back_and_a_later_release_leaves_what_was_applied()
    {
        Claim();
        _owner.Yield(_identity, _options);
        Numbers().Should().Be(_before);
        SetOwn(30, 10, 4);

        Release();

        Numbers().Should().Be("on 30 10 4");
        _owner.Count.Should().Be(0);
    }

    [LinuxFact]
    public void A_witness_whose_probes_nobody_answers_any_more_stops_before_the_kernel_would_give_up()
    {
        Claim();

        _owner.Look(_identity, _options, unanswered: 99, idle: 2).Should().Be(WitnessAsking.ForUs);
        _owner.Look(_identity, _options, unanswered: 100, idle: 2).Should().Be(WitnessAsking.TakenOver);

        Numbers().Should().Be(_before);
    }

    [LinuxTheory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Where_one_option_is_refused_none_is_changed(int refused)
    {
        KernelOption[] options = [s_idle, s_interval, KeepAlivePlatforms.Linux.ProbeCount!.Options[0], KeepAlivePlatforms.Linux.Enabled];
        int[] before = [7_200, 75, 9, 0];
        FakeSocketOptions socket = new();
        for (int i = 0; i < options.Length; i++)
        {
            socket[options[i]] = before[i];
        }

        socket.Refuse(options[refused], SocketError.AccessDenied);

        _owner.Claim(_identity, socket, 2, 1, s_bound).Should().Be(WitnessAsking.Refused);

        options.Select(option => socket[option]).Should().Equal(before);
        _owner.Count.Should().Be(0);
    }

    [LinuxFact]
    public void A_refusal_leaves_a_connected_socket_connected()
    {
        KernelOption upperLayer = new(6, 31);

        _options.Invoking(options => options.Set(upperLayer, 0x61616161)).Should().Throw<SocketException>();

        _pair.Client.Connected.Should().BeTrue();
        using NetworkStream stream = new(_pair.Client, ownsSocket: false);
    }

    public void Dispose() => _pair.Dispose();

    [LinuxFact]
    public void Who_wants_to_ask_more_seldom_than_another_watch_of_the_same_socket_is_told_so()
    {
        Claim(idle: 5).Should().Be(WitnessAsking.ForUs);
        Claim(idle: 2).Should().Be(WitnessAsking.ForUs);
        Claim(idle: 9).Should().Be(WitnessAsking.ForUsSooner);

        _owner.Look(_identity, _options, unanswered: 0, idle: 5).Should().Be(WitnessAsking.ForUsSooner);
        _owner.Look(_identity, _options, unanswered: 1, idle: 5).Should().Be(WitnessAsking.ForUsSooner);
        _owner.Look(_identity, _options, unanswered: 0, idle: 2).Should().Be(WitnessAsking.ForUs);
    }

    private WitnessAsking Claim(int idle = 2, int interval = 1) => _owner.Claim(_identity, _options, idle, interval, s_bound);

    private void Release() => _owner.Release(_identity, _options);

    private void SetOwn(int idle, int interval, int count)
    {
        _options.Set(s_idle, idle);
        _options.Set(s_interval, interval);
        _options.Set(KeepAlivePlatforms.Linux.ProbeCount!.Options[0], count);
        _options.Set(KeepAlivePlatforms.Linux.Enabled, 1);
    }

    private string Numbers()
    {
        string power = _options.Get(KeepAlivePlatforms.Linux.Enabled) != 0 ? "on" : "off";
        return FormattableString.Invariant($"{power} {_options.Get(s_idle)} {_options.Get(s_interval)} {_options.Get(KeepAlivePlatforms.Linux.ProbeCount!.Options[0])}");
    }
}
