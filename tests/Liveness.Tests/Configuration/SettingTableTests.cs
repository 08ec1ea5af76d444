using System.Reflection;

namespace Liveness.Tests.Configuration;

/// <summary>
/// The table is complete: a setting that is added to an options class and forgotten here could neither be configured nor be seen to change.
/// </summary>
public sealed class SettingTableTests
{
    private static readonly string[] s_texts = ["00:00:07", "KernelOnly", "LeaveOpen", "Require", "77", "true", "false"];
    private static readonly string[] s_fromCodeOnly = ["TimeProvider", "Logger", "MeterFactory", "Abort", "Tls"];

    public static TheoryData<string> Paths => [.. SettingTable.All.Select(setting => setting.Path)];

    [Fact]
    public void Every_public_setting_of_every_options_class_has_its_row()
    {
        SettingTable.All.Select(setting => setting.Path).Where(path => !path.Contains(":Tls:", StringComparison.Ordinal)).Should().BeEquivalentTo(PathsOf(typeof(LivenessOptions), ""));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public void A_setting_is_read_written_and_seen_to_change(string path)
    {
        Setting setting = SettingTable.Find(path)!;
        LivenessOptions before = Made();
        LivenessOptions after = Made();
        string text = s_texts.First(text => setting.TrySet(after, text) is null && !setting.IsSame(before, after));

        SettingTable.IsSame(before, after).Should().BeFalse();
        setting.Text(after).Should().Match(shown => shown == text || shown == "(set)");
        setting.TrySet(after, null).Should().BeNull();
        SettingTable.IsSame(before, after).Should().BeTrue("null is the default");
    }

    [Fact]
    public void What_is_described_is_what_matters_most_and_what_is_not_at_its_default()
    {
        SettingTable.Describe(new LivenessOptions()).Should().Be("DetectWithin 00:00:10, Mode InBand, OnLoss Abort");
    }

    private static LivenessOptions Made() => new() { SideChannel = new() { Client = new() { Tls = new() } } };

    private static IEnumerable<string> PathsOf(Type type, string prefix)
    {
        foreach (PropertyInfo property in type.GetProperties().Where(property => property.CanWrite && !s_fromCodeOnly.Contains(property.Name)))
        {
            bool isPart = property.PropertyType.Assembly == typeof(LivenessOptions).Assembly && property.PropertyType.IsClass;
            foreach (string path in isPart ? PathsOf(property.PropertyType, $"{prefix}{property.Name}:") : [prefix + property.Name])
            {
                yield return path;
            }
        }
    }
}
