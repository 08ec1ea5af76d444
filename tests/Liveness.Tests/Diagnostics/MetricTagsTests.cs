using System.Text.RegularExpressions;
using Liveness.Diagnostics;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed partial class MetricTagsTests
{
    [Fact]
    public void Every_diagnosis_has_its_own_text_which_is_its_name()
    {
        Enum.GetValues<LossDiagnosis>().Should().OnlyContain(diagnosis => MetricTags.Text(diagnosis) == SnakeCase(diagnosis.ToString()));
    }

    [Fact]
    public void Every_mode_has_its_own_text_which_is_its_name()
    {
        Enum.GetValues<ConnectionMode>().Should().OnlyContain(mode => MetricTags.Text(mode) == SnakeCase(mode.ToString()));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("devices", true)]
    [InlineData("Geräte im Feld", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData(" devices", false)]
    [InlineData("devices\n", false)]
    [InlineData("dev\u0007ices", false)]
    [InlineData("dev\u0085ices", false)]
    public void A_name_that_could_spoil_a_log_or_a_tag_is_refused(string? name, bool allowed) => Check(name, allowed);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_name_has_at_most_64_characters(int length, bool allowed) => Check(new string('x', length), allowed);

    private static void Check(string? name, bool allowed)
    {
        Action[] uses =
        [
            () => HeartbeatPlan.Create(new HeartbeatOptions { Name = name }),
            () => SocketWatcherOptionsRules.Check(new SocketWatcherOptions { Name = name, KeepAlive = null }, KeepAlivePlatforms.Current).ThrowIfAny(),
            () => SideChannelOptionsRules.Check(new SideChannelClientOptions { Name = name }).ThrowIfAny(),
            () => SideChannelOptionsRules.Check(new SideChannelListenerOptions { Name = name }).ThrowIfAny(),
        ];
        foreach (Action use in uses)
        {
            if (allowed)
            {
                use.Should().NotThrow();
            }
            else
            {
                use.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("options.Name").WithMessage("Name *leave it null for none.*");
            }
        }
    }

    private static string SnakeCase(string name) => Capital().Replace(name, "_$0").ToLowerInvariant();

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
