using System.Reflection;
using Liveness.KeepAlive;

namespace Liveness.Tests.Configuration;

/// <summary>
/// The table is complete: a setting that is added to an options class and forgotten here could neither be configured nor be seen to change.
/// </summary>
public sealed class SettingTableTests
{
    private static readonly string[] s_texts = ["00:00:07", "KernelOnly", "Serve", "ReportOnly", "Require", "77777", "true", "false", "127.0.0.1:7001"];
    private static readonly string[] s_fromCodeOnly = ["AbortTransport"];

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

    /// <summary>What a setting refuses by itself, the rules for the options refuse as well: its limits are not narrower than theirs.</summary>
    [Theory]
    [MemberData(nameof(Limited))]
    public void The_limits_of_a_setting_are_those_of_the_rules(string path)
    {
        SettingForm form = FormOf(SettingTable.Find(path)!);
        object[] beyond = form switch
        {
            NumberForm number => [number.Least - 1, .. number.Most == int.MaxValue ? [] : (object[])[number.Most + 1]],
            DurationForm duration =>
            [
                duration.IsMoreThanLeast ? duration.Least : duration.Least - TimeSpan.FromTicks(1),
                .. duration.Most == TimeSpan.MaxValue ? [] : (object[])[duration.IsLessThanMost ? duration.Most : duration.Most + TimeSpan.FromTicks(1)],
                .. duration.MayBeInfinite ? [] : (object[])[Timeout.InfiniteTimeSpan],
            ],
            _ => [],
        };

        foreach (object value in beyond)
        {
            LivenessOptions options = path switch
            {
                _ when path.StartsWith("SideChannel:Client:", StringComparison.Ordinal) => new() { Mode = LivenessMode.SideChannel, SideChannel = { Connect = "7001" } },
                _ when path.StartsWith("SideChannel:Listener:", StringComparison.Ordinal) => new() { Mode = LivenessMode.SideChannel, SideChannel = { Listen = "127.0.0.1:7001" } },
                _ => new() { DetectWithin = path.StartsWith("Heartbeat:Min", StringComparison.Ordinal) ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(10) },
            };
            Assign(options, path, value);

            LivenessOptionsRules.Check(options, KeepAlivePlatforms.Linux).Select(failure => failure.Property).Should().Contain(path.Replace(':', '.'), $"{value} is out of range");
        }
    }

    /// <summary>Generated code passes over delegates; whatever else it can't bind is a warning in the user's program, or does not compile.</summary>
    [Fact]
    public void Whoever_binds_the_options_by_generated_code_meets_settings_only()
    {
        TypesIn(typeof(LivenessOptions)).Distinct().Where(type => !IsBindable(Nullable.GetUnderlyingType(type) ?? type)).Should().BeEmpty();
    }

    private static IEnumerable<Type> TypesIn(Type options) => options.GetProperties().Select(property => property.PropertyType)
        .SelectMany(type => type.Assembly == options.Assembly && type.IsClass ? TypesIn(type) : [type]);

    private static bool IsBindable(Type type) => type.IsEnum || type.IsPrimitive || type == typeof(string) || type == typeof(TimeSpan) || type.IsSubclassOf(typeof(Delegate));

    public static TheoryData<string> Limited => [.. SettingTable.All.Where(setting => FormOf(setting) is NumberForm or DurationForm).Select(setting => setting.Path)];

    private static SettingForm FormOf(Setting setting) => setting.Form is IOptionalForm optional ? optional.Form : setting.Form;

    private static void Assign(object options, string path, object value)
    {
        string[] names = path.Split(':');
        object target = names[..^1].Aggregate(options, (part, name) => part.GetType().GetProperty(name)!.GetValue(part)!);
        target.GetType().GetProperty(names[^1])!.SetValue(target, value);
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
