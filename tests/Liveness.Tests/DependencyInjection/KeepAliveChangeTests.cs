using Liveness.KeepAlive;
using Liveness.Testing;
using Liveness.Tests.KeepAlive;
using Liveness.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests.DependencyInjection;

/// <summary>
/// New keepalive for a live connection: in which order it comes into force, whoever comes when; and nobody waits for a system call of
/// another.
/// </summary>
public sealed class KeepAliveChangeTests : IDisposable
{
    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly HookedKeepAliveSocket _socket = new();
    private readonly MonitorFixture _monitor = new();
    private readonly KeepAliveChange _change;
    private Action? _whenTold;
    private int _told;

    public KeepAliveChangeTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        _change = new KeepAliveChange(_socket, _monitor.Monitor, Settings(60)) { OnApplied = Told };
    }

    [LinuxFact]
    public void The_probes_change_at_once_and_the_user_timeout_once_the_peer_has_been_heard()
    {
        _socket.Silence = TimeSpan.FromSeconds(8);
        _change.Apply(Settings(20));
        _socket.InForce.Should().Equal("probes for 20 s");

        Pass(3);
        _socket.InForce.Should().Equal("probes for 20 s");
        _socket.Silence = TimeSpan.FromSeconds(4);
        Pass(1);

        _socket.InForce.Should().Equal("probes for 20 s", "all for 20 s");
        _told.Should().Be(2);
        int looks = _socket.Looks;
        Pass(5);
        _socket.Looks.Should().Be(looks, "nothing waits any more");
    }

    [LinuxFact]
    public void A_plan_that_comes_while_an_older_one_is_being_applied_is_applied_after_it()
    {
        _socket.WhileApplying = () => OnAnotherThread(() => _change.Apply(Settings(20)));

        _change.Apply(Settings(30));

        _socket.InForce.Should().Equal("probes for 30 s", "probes for 20 s");
        Pass(1);
        _socket.InForce.Should().HaveCount(3).And.EndWith("all for 20 s");
    }

    [LinuxFact]
    public void Of_the_plans_that_come_while_one_is_being_applied_the_newest_counts()
    {
        _socket.WhileApplying = () => OnAnotherThread(() =>
        {
            _change.Apply(Settings(20));
            _change.Apply(Settings(40));
        });

        _change.Apply(Settings(30));
        Pass(2);

        _socket.InForce.Should().Equal("probes for 30 s", "probes for 40 s", "all for 40 s");
    }

    [LinuxFact]
    public void A_plan_that_comes_during_a_look_is_not_overwritten_by_the_one_that_waited_for_it()
    {
        _change.Apply(Settings(20));
        _socket.WhileReading = () => OnAnotherThread(() => _change.Apply(Settings(40)));

        Pass(2);

        _socket.InForce.Should().Equal("probes for 20 s", "all for 20 s", "probes for 40 s", "all for 40 s");
    }

    [LinuxFact]
    public void Whoever_hears_what_is_in_force_is_called_under_no_lock()
    {
        _whenTold = () => OnAnotherThread(() => _change.Apply(Settings(20)));

        _change.Apply(Settings(30));

        _socket.InForce.Should().Equal("probes for 30 s", "probes for 20 s");
    }

    [LinuxFact]
    public void A_dispose_waits_for_no_system_call_and_nothing_is_begun_after_it()
    {
        _socket.WhileApplying = () => OnAnotherThread(_change.Dispose);
        _change.Apply(Settings(20));
        _change.Apply(Settings(30));

        Pass(5);

        _socket.InForce.Should().Equal("probes for 20 s");
        _clock.NextTimerDue.Should().BeNull("its timer is gone");
    }

    [LinuxFact]
    public void A_dispose_between_two_looks_ends_them()
    {
        _socket.Silence = TimeSpan.FromSeconds(8);
        _change.Apply(Settings(20));
        Pass(2);

        _change.Dispose();

        _clock.NextTimerDue.Should().BeNull();
        (_socket.Looks, _socket.InForce.Count).Should().Be((2, 1));
    }

    [LinuxFact]
    public void Nothing_is_asked_any_more_once_the_kernel_or_the_monitor_says_that_it_is_over()
    {
        _socket.Silence = TimeSpan.FromSeconds(8);
        _change.Apply(Settings(20));
        _socket.IsGone = true;
        Pass(5);
        _socket.Looks.Should().Be(1);

        _change.Apply(Settings(30));
        _monitor.Monitor.TryClose(null);
        Pass(5);

        _socket.Looks.Should().Be(1);
        _socket.InForce.Should().Equal("probes for 20 s", "probes for 30 s");
    }

    [LinuxFact]
    public void A_socket_that_refuses_a_plan_takes_the_next_one()
    {
        _socket.Refusal = new ObjectDisposedException("socket");
        _change.Apply(Settings(20));
        _socket.Refusal = null;

        _change.Apply(Settings(30));

        _socket.InForce.Should().Equal("probes for 30 s");
    }

    [LinuxFact]
    public void The_plan_that_is_in_force_is_not_applied_again()
    {
        _change.Apply(Settings(60));

        _socket.InForce.Should().BeEmpty();
    }

    [LinuxFact]
    public void Keepalive_that_is_switched_off_is_off_at_once_and_nothing_waits()
    {
        _socket.Silence = TimeSpan.FromSeconds(8);
        _change.Apply(Settings(20));

        _change.Apply(Settings(Timeout.InfiniteTimeSpan, enabled: false));
        Pass(3);

        _socket.InForce.Should().Equal("probes for 20 s", "off");
        _socket.Looks.Should().Be(0);
    }

    public void Dispose() => _change.Dispose();

    private static void OnAnotherThread(Action action) => AnotherThread.Does(action, "nobody waits for a system call of another");

    private LivenessSettings Settings(double seconds) => Settings(TimeSpan.FromSeconds(seconds), enabled: true);

    private LivenessSettings Settings(TimeSpan detectWithin, bool enabled)
    {
        LivenessOptions options = new() { Mode = enabled ? LivenessMode.KernelOnly : LivenessMode.InBand, DetectWithin = detectWithin };
        options.KeepAlive.Enabled = enabled;
        ConnectionServices services = new("devices", _clock, NullLogger.Instance, MeterFactory: null);
        return new LivenessSettings(options, KeepAlivePlatforms.Current, services);
    }

    private void Told(TcpKeepAliveSettings inForce)
    {
        _told++;
        Action? then = _whenTold;
        _whenTold = null;
        then?.Invoke();
    }

    private void Pass(int seconds)
    {
        for (int passed = 0; passed < seconds; passed++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            _queue.RunAll();
        }
    }
}
