using Liveness.Tests.DependencyInjection;
using Liveness.Tests.InBand;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.Configuration;

/// <summary>
/// A real appsettings.json that vanishes, breaks, loses settings, or changes elsewhere, under live connections: the last good settings
/// stay, for what is absent, too.
/// </summary>
public sealed class ChangedFileTests : IDisposable
{
    private const string Devices = """{ "DetectWithin": "00:01:00", "OnLoss": "ReportOnly" }""";
    private const string Kernel = """{ "Mode": "KernelOnly", "DetectWithin": "00:01:00" }""";

    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("liveness-").FullName;
    private readonly RecordingLoggers _loggers = new();
    private readonly IConfigurationRoot _configuration;
    private readonly ServiceProvider _provider;
    private readonly SocketPair _pair = SocketPair.OverTcp();
    private int _marks;

    public ChangedFileTests()
    {
        Write("appsettings.json", Both(Devices, Kernel));
        Write("other.json", """{ "Mark": "0" }""");
        _configuration = new ConfigurationBuilder().SetBasePath(_folder)
            .AddJsonFile("appsettings.json", optional: false, reloadOnChange: true)
            .AddJsonFile("other.json", optional: false, reloadOnChange: true).Build();
        ServiceCollection services = [];
        services.AddSingleton<IConfiguration>(_configuration);
        services.AddSingleton<ILoggerFactory>(_loggers);
        services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        services.AddLiveness("kernel").BindConfiguration("Liveness:Kernel");
        _provider = services.BuildServiceProvider();
    }

    private ILivenessFactory Factory => _provider.GetRequiredService<ILivenessFactory>();

    [Theory]
    [InlineData("vanishes", null, true)]
    [InlineData("is empty", "{}", true)]
    [InlineData("breaks", """{ "Liveness": { "Devices": { "DetectWithin": """, false)]
    [InlineData("lacks the section", """{ "Liveness": { "Kernel": { "Mode": "KernelOnly", "DetectWithin": "00:01:00" } } }""", true)]
    [InlineData("lacks the setting", """{ "Liveness": { "Devices": { "OnLoss": "ReportOnly" }, "Kernel": { "DetectWithin": "00:01:00" } } }""", true)]
    [InlineData("has it misspelt", """{ "Liveness": { "Devices": { "DetectWithn": "00:00:02" }, "Kernel": { "Mod": "InBand" } } }""", true)]
    [InlineData("has a text in place of the section", """{ "Liveness": { "Devices": "00:00:02", "Kernel": "InBand" } }""", true)]
    public async Task A_file_that_loses_settings_changes_nothing_of_what_is_absent(string what, string? text, bool isSeenByTheConfiguration)
    {
        LivenessConnection[] both = await AttachBothAsync("devices", _pair);

        await ChangeAsync("appsettings.json", text, isSeenByTheConfiguration);
        await MarkAsync();
        await EventuallyAsync(() => Count("SettingsMissing") + Count("SettingsRefused") > 0);

        both.Select(connection => connection.Bound).Should().Equal([s_minute, s_minute], what);
        using SocketPair later = SocketPair.OverTcp();
        LivenessConnection[] others = await AttachBothAsync("devices", later);
        others.Select(connection => connection.Bound).Should().Equal([s_minute, s_minute], what);
        using SocketPair watched = SocketPair.OverTcp();
        await using LivenessConnection byKernel = await Factory.AttachAsync(watched.Client, "kernel");
        byKernel.Mode.Should().Be(LivenessMode.KernelOnly);
        Count("SettingsReloaded").Should().Be(0);
        await MarkAsync();
        (Count("SettingsMissing") + Count("SettingsRefused")).Should().BeInRange(1, 2, "it is said once for each name that it concerns");
        await DisposeAsync([.. both, .. others]);
    }

    [Fact]
    public async Task What_is_absent_stays_while_the_rest_of_the_change_is_taken()
    {
        LivenessConnection[] both = await AttachBothAsync("devices", _pair);

        await ChangeAsync("appsettings.json", Both("""{ "Heartbeat": { "HandshakeTimeout": "00:00:07" } }""", Kernel));

        await EventuallyAsync(() => Count("SettingsReloaded") == 1);
        both.Should().OnlyContain(connection => connection.Bound == s_minute);
        _loggers.Logger.Entries.Single(entry => entry.EventName == "SettingsMissing").Text.Should().Be(
            "Missing from the configuration of 'devices', and left as they were: Liveness:Devices:DetectWithin, Liveness:Devices:OnLoss");
        await ChangeAsync("appsettings.json", Both("""{ "Heartbeat": { "HandshakeTimeout": "00:00:08" } }""", Kernel));
        await EventuallyAsync(() => Count("SettingsReloaded") == 2);
        Count("SettingsMissing").Should().Be(1, "it is said once");
        await DisposeAsync(both);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "DetectWithin": null, "OnLoss": null }""")]
    public async Task Defaults_that_are_written_down_are_taken(string devices)
    {
        LivenessConnection[] both = await AttachBothAsync("devices", _pair);

        await ChangeAsync("appsettings.json", Both(devices, Kernel));

        await EventuallyAsync(() => both.All(connection => connection.Bound == TimeSpan.FromSeconds(10)));
        Count("SettingsMissing").Should().Be(0);
        await DisposeAsync(both);
    }

    [Fact]
    public async Task A_change_elsewhere_is_none()
    {
        LivenessConnection[] both = await AttachBothAsync("devices", _pair);
        await MarkAsync();

        // By now the first lines are written, which come from another thread.
        string[] before = Texts();
        await ChangeAsync("appsettings.json", $$"""{ "Elsewhere": 1, "Liveness": { "Devices": {{Devices}}, "Kernel": {{Kernel}} } }""");
        await MarkAsync();

        Texts().Should().Equal(before);
        await DisposeAsync(both);
    }

    [Fact]
    public async Task A_file_that_comes_back_is_taken_again()
    {
        LivenessConnection[] both = await AttachBothAsync("devices", _pair);
        await ChangeAsync("appsettings.json", null);
        await EventuallyAsync(() => Count("SettingsMissing") == 2);

        await ChangeAsync("appsettings.json", Both("""{ "DetectWithin": "00:00:20" }""", Kernel));

        await EventuallyAsync(() => both.All(connection => connection.Bound == TimeSpan.FromSeconds(20)));
        await DisposeAsync(both);
    }

    public void Dispose()
    {
        _provider.Dispose();
        _pair.Dispose();
        (_configuration as IDisposable)?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Both(string devices, string kernel) => $$"""{ "Liveness": { "Devices": {{devices}}, "Kernel": {{kernel}} } }""";

    private Task<LivenessConnection[]> AttachBothAsync(string name, SocketPair pair) =>
        Task.WhenAll(Factory.AttachAsync(pair.Client, name), Factory.AttachAsync(pair.Server, name)).WaitAsync(s_safety);

    private static Task DisposeAsync(LivenessConnection[] connections) => Task.WhenAll(connections.Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_safety);

    private int Count(string eventName) => _loggers.Logger.Entries.Count(entry => entry.EventName == eventName);

    private string[] Texts() => [.. _loggers.Logger.Entries.Select(entry => entry.Text)];

    /// <summary>
    /// Another file changes, twice: everybody looks at the whole configuration anew, and those who look last have done so the first time
    /// when the second one is seen.
    /// </summary>
    private async Task MarkAsync()
    {
        await ChangeAsync("other.json", $$"""{ "Mark": "{{++_marks}}" }""");
        await ChangeAsync("other.json", $$"""{ "Mark": "{{++_marks}}" }""");
    }

    private async Task ChangeAsync(string file, string? text, bool isSeen = true)
    {
        TaskCompletionSource seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        using IDisposable registration = Microsoft.Extensions.Primitives.ChangeToken.OnChange(_configuration.GetReloadToken, () => seen.TrySetResult());
        if (text is null)
        {
            File.Delete(Path.Combine(_folder, file));
        }
        else
        {
            Write(file, text);
        }

        if (isSeen)
        {
            await seen.Task.WaitAsync(s_safety);
        }
        else
        {
            // Nobody is told of a file that can't be read, but its provider is empty from then on.
            await EventuallyAsync(() => _configuration["Liveness:Devices:OnLoss"] is null);
        }
    }

    /// <summary>At once: half a file would be another failure.</summary>
    private void Write(string file, string text)
    {
        string next = Path.Combine(_folder, "next");
        File.WriteAllText(next, text);
        File.Move(next, Path.Combine(_folder, file), overwrite: true);
    }

    private static async Task EventuallyAsync(Func<bool> reached)
    {
        using CancellationTokenSource tooLate = new(s_safety);
        while (!reached())
        {
            tooLate.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
