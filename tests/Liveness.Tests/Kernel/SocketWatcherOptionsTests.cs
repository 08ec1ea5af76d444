using Liveness.KeepAlive;
using Liveness.Kernel;

namespace Liveness.Tests.Kernel;

public sealed class SocketWatcherOptionsTests
{
    [Fact]
    public void The_defaults_find_a_dead_peer_within_a_minute_as_well_as_the_system_can()
    {
        SocketWatcherOptions options = new();

        options.KeepAlive!.DetectWithin.Should().Be(TimeSpan.FromSeconds(60));
        options.KeepAlive.Policy.Should().Be(TcpKeepAlivePolicy.BestEffort);
        options.TimeProvider.Should().BeSameAs(TimeProvider.System);
        options.Logger.Should().BeNull();
        SocketWatcherOptionsRules.Check(options, KeepAlivePlatforms.Linux).Should().BeEmpty();
        SocketWatcherOptionsRules.Check(new SocketWatcherOptions { KeepAlive = null }, KeepAlivePlatforms.Linux).Should().BeEmpty();
    }

    [Fact]
    public void Every_failure_names_the_property_by_its_path()
    {
        SocketWatcherOptions options = new()
        {
            KeepAlive = new TcpKeepAliveOptions { DetectWithin = TimeSpan.FromSeconds(1), ProbeCount = 0 },
            TimeProvider = null!,
        };

        SocketWatcherOptionsRules.Check(options, KeepAlivePlatforms.Linux).Select(failure => failure.Property)
            .Should().Contain(["KeepAlive.DetectWithin", "KeepAlive.ProbeCount", "TimeProvider"]);
        FluentActions.Invoking(() => SocketWatcherOptionsRules.Check(options, KeepAlivePlatforms.Linux).ThrowIfAny())
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("KeepAlive.DetectWithin is 00:00:01, but must be between*KeepAlive.ProbeCount*TimeProvider is null*")
            .Which.ParamName.Should().Be("options.KeepAlive.DetectWithin");
    }
}
