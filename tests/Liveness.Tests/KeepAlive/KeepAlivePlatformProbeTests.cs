using System.Net.Sockets;
using Liveness.KeepAlive;

namespace Liveness.Tests.KeepAlive;

public sealed class KeepAlivePlatformProbeTests
{
    private static readonly KeepAlivePlatform s_windows = KeepAlivePlatforms.Windows1709;

    [Fact]
    public void A_system_that_has_everything_keeps_its_row()
    {
        foreach (string name in new[] { "Linux", "Android", "Windows1709", "MacOS", "FreeBsd", "Unknown" })
        {
            KeepAlivePlatform found = KeepAlivePlatformProbe.Probe(Plans.Row(name), new FakeSocketOptions());

            found.Should().BeEquivalentTo(Plans.Row(name));
        }
    }

    [Fact]
    public void An_option_that_can_be_read_but_not_set_is_not_there()
    {
        FakeSocketOptions scratch = new FakeSocketOptions().Refuse(KeepAlivePlatforms.Linux.ProbeCount!.Options[0], SocketError.InvalidArgument);

        KeepAlivePlatform found = KeepAlivePlatformProbe.Probe(KeepAlivePlatforms.Linux, scratch);

        found.ProbeCount.Should().BeNull();
        found.Idle.Should().NotBeNull();
    }

    [Fact]
    public void An_option_that_cannot_be_read_is_not_there()
    {
        FakeSocketOptions scratch = new FakeSocketOptions().HideFromReaders(KeepAlivePlatforms.Linux.UserTimeout!.Options[0], SocketError.ProtocolOption);

        KeepAlivePlatformProbe.Probe(KeepAlivePlatforms.Linux, scratch).UserTimeout.Should().BeNull();
    }

    [Fact]
    public void Of_two_options_one_may_be_there()
    {
        KernelOption[] both = KeepAlivePlatforms.MacOS.UserTimeout!.Options;
        FakeSocketOptions scratch = new FakeSocketOptions().HideFromReaders(both[1], SocketError.ProtocolOption);

        KeepAlivePlatformProbe.Probe(KeepAlivePlatforms.MacOS, scratch).UserTimeout!.Options.Should().Equal(both[0]);
    }

    [Theory]
    [InlineData(true, 10)]
    [InlineData(false, null)]
    public void A_Windows_without_the_newer_options_is_the_older_one(bool countMissing, int? fixedCount)
    {
        FakeSocketOptions scratch = new FakeSocketOptions()
            .Refuse(s_windows.Idle!.Options[0], SocketError.ProtocolOption)
            .Refuse(s_windows.Interval!.Options[0], SocketError.ProtocolOption);
        if (countMissing)
        {
            scratch.Refuse(s_windows.ProbeCount!.Options[0], SocketError.ProtocolOption);
        }

        KeepAlivePlatform found = KeepAlivePlatformProbe.Probe(s_windows, scratch);

        found.KeepAliveIoctl.Should().NotBeNull();
        found.FixedProbeCount.Should().Be(fixedCount);
        (found.ProbeCount is null).Should().Be(countMissing);
        found.UserTimeout.Should().NotBeNull();
    }

    [LinuxFact]
    public void This_Linux_has_everything()
    {
        KeepAlivePlatforms.Current.Should().BeEquivalentTo(KeepAlivePlatforms.Linux);
    }
}
