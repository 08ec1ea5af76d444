using Liveness.Testing;

namespace Liveness.Tests.DependencyInjection;

public sealed class NamedLivenessTests
{
    private readonly RecordingLogger _logger = new();
    private readonly LivenessOptions _options = new();
    private readonly ManualWorkQueue _queue = new();

    [Fact]
    public void What_was_read_earlier_does_not_replace_what_was_read_later()
    {
        NamedLiveness named = null!;
        int reads = 0;
        named = Named(() =>
        {
            int read = ++reads;
            if (read == 2)
            {
                // Another file has changed, and its reading overtakes this one.
                named.Reload()!.DetectWithin.Should().Be(TimeSpan.FromSeconds(3));
            }

            return new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(read) };
        });
        named.Settings.DetectWithin.Should().Be(TimeSpan.FromSeconds(1));

        named.Reload().Should().BeNull();

        named.Settings.DetectWithin.Should().Be(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void A_side_channel_says_that_it_needs_a_restart_only_where_something_has_changed()
    {
        _options.Mode = LivenessMode.SideChannel;
        _options.SideChannel.Connect = "7001";
        NamedLiveness named = Named(() => _options.Copy());
        named.Settings.Mode.Should().Be(LivenessMode.SideChannel);

        named.Reload().Should().BeNull();
        _queue.RunAll();
        _logger.Entries.Should().BeEmpty();

        _options.DetectWithin = TimeSpan.FromSeconds(7);
        named.Reload().Should().BeNull();
        _queue.RunAll();
        _logger.Entries.Select(entry => entry.EventName).Should().Equal("SettingsNeedRestart");
        named.Settings.DetectWithin.Should().Be(TimeSpan.FromSeconds(10), "what it was made with stays");
    }

    [Fact]
    public void What_a_validator_throws_is_logged_once_also_where_its_own_text_throws()
    {
        int reads = 0;
        NamedLiveness named = Named(() => ++reads == 1 ? new LivenessOptions() : throw new UnreadableException());
        named.Settings.DetectWithin.Should().Be(TimeSpan.FromSeconds(10));

        named.Reload().Should().BeNull();
        named.Reload().Should().BeNull();

        _queue.RunAll();
        _logger.Entries.Should().ContainSingle().Which.Text.Should()
            .EndWith("UnreadableException, whose message can't be read: it threw System.NotSupportedException");
    }

    [Fact]
    public void Changes_during_a_reload_are_one_more_reload_when_it_is_over()
    {
        NamedLiveness named = Named(static () => new LivenessOptions());

        named.BeginReload().Should().BeTrue();
        named.BeginReload().Should().BeFalse();
        named.BeginReload().Should().BeFalse();
        named.HasChangedMeanwhile().Should().BeTrue();
        named.HasChangedMeanwhile().Should().BeFalse();
        named.BeginReload().Should().BeTrue();
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(2.4, true)]
    [InlineData(2.5, false)]
    [InlineData(29.9, false)]
    [InlineData(30.0, true)]
    public void A_user_timeout_waits_for_the_peer_but_not_longer_than_the_old_one_would(double? silence, bool isTime)
    {
        KeepAliveTransition.IsTime(silence is { } seconds ? TimeSpan.FromSeconds(seconds) : null, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30)).Should().Be(isTime);
    }

    private NamedLiveness Named(Func<LivenessOptions> read) => new("devices", read, new ConnectionServices("devices", new ManualTimeProvider { WorkQueue = _queue }, _logger, null), new SideResources());
}
