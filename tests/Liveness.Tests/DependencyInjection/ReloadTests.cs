using Liveness.KeepAlive;
using Liveness.Tests.InBand;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.DependencyInjection;

/// <summary>A real appsettings.json that changes on disk, under live connections.</summary>
public sealed class ReloadTests : IDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("liveness-").FullName;
    private readonly RecordingLoggers _loggers = new();
    private readonly ServiceProvider _provider;
    private readonly SocketPair _pair = SocketPair.OverTcp();

    public ReloadTests()
    {
        Write("00:01:00");
        IConfigurationRoot configuration = new ConfigurationBuilder().SetBasePath(_folder).AddJsonFile("appsettings.json", optional: false, reloadOnChange: true).Build();
        ServiceCollection services = [];
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<ILoggerFactory>(_loggers);
        services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
        services.AddLiveness("kernel", options => options.Mode = LivenessMode.KernelOnly).BindConfiguration("Liveness:Devices");
        services.AddLiveness("serving", options => options.PlainPeers = PlainPeers.Serve).BindConfiguration("Liveness:Devices");
        _provider = services.BuildServiceProvider();
    }

    private ILivenessFactory Factory => _provider.GetRequiredService<ILivenessFactory>();

    [Fact]
    public async Task A_valid_change_reaches_live_connections_and_their_peers_without_losing_one()
    {
        LivenessConnection[] both = await Task.WhenAll(Factory.AttachAsync(_pair.Client, "devices"), Factory.AttachAsync(_pair.Server, "devices")).WaitAsync(s_safety);
        both.Select(connection => connection.Bound).Should().Equal(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

        Write("00:00:02");
        await EventuallyAsync(() => both.All(connection => connection.Bound == TimeSpan.FromSeconds(2) && connection.Monitor.GetSnapshot().SendInterval <= TimeSpan.FromSeconds(0.5)));

        both.Should().OnlyContain(connection => connection.Monitor.Loss == null);
        await EventuallyAsync(() => _loggers.Logger.Entries.Any(entry => entry.Text == "The settings of 'devices' have changed: DetectWithin 00:00:02; 2 live connections go by them now"));
        await Task.WhenAll(both.Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_safety);
    }

    [Fact]
    public async Task A_plain_peer_that_is_served_gets_the_new_times_as_well()
    {
        await _pair.Client.SendAsync("GET"u8.ToArray());
        await using LivenessConnection connection = await Factory.AttachAsync(_pair.Server, "serving");
        (connection.Mode, connection.Bound).Should().Be((LivenessMode.KernelOnly, TimeSpan.FromMinutes(1)));

        Write("00:00:20");

        await EventuallyAsync(() => TcpKeepAlive.Read(_pair.Server).UserTimeout == TimeSpan.FromSeconds(20));
        await EventuallyAsync(() => connection.Bound == TimeSpan.FromSeconds(20));
        await EventuallyAsync(() => _loggers.Logger.Entries.Any(entry => entry.Text == "The settings of 'serving' have changed: DetectWithin 00:00:20; 1 live connections go by them now"));
        connection.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public async Task A_kernel_that_watches_a_live_connection_gets_the_new_times_too()
    {
        await using LivenessConnection connection = await Factory.AttachAsync(_pair.Client, "kernel");
        TcpKeepAlive.Read(_pair.Client).UserTimeout.Should().Be(TimeSpan.FromMinutes(1));

        Write("00:00:20");

        await EventuallyAsync(() => TcpKeepAlive.Read(_pair.Client).UserTimeout == TimeSpan.FromSeconds(20));
        await EventuallyAsync(() => connection.Bound == TimeSpan.FromSeconds(20));
        connection.Monitor.State.Should().Be(LivenessState.Alive);
    }

    [Fact]
    public async Task A_change_that_is_not_valid_is_logged_once_and_the_last_good_settings_stay()
    {
        LivenessConnection[] both = await Task.WhenAll(Factory.AttachAsync(_pair.Client, "devices"), Factory.AttachAsync(_pair.Server, "devices")).WaitAsync(s_safety);

        Write("30");
        await EventuallyAsync(() => Refusals() == 3);
        Write("30");
        Write("soon");
        await EventuallyAsync(() => Refusals() == 6);

        both.Select(connection => connection.Bound).Should().Equal(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        _loggers.Logger.Entries.Where(entry => entry.EventName == "SettingsRefused").Select(entry => entry.Text[..60]).Distinct().Should().HaveCount(3, "one for each of three names");
        using SocketPair other = SocketPair.OverTcp();
        LivenessConnection[] later = await Task.WhenAll(Factory.AttachAsync(other.Client, "devices"), Factory.AttachAsync(other.Server, "devices")).WaitAsync(s_safety);
        later.Select(connection => connection.Bound).Should().Equal(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));

        Write("00:00:05");
        await EventuallyAsync(() => both.Concat(later).All(connection => connection.Bound == TimeSpan.FromSeconds(5)));
        await Task.WhenAll(both.Concat(later).Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_safety);
    }

    [Fact]
    public async Task A_validator_that_blocks_keeps_no_other_name_from_its_settings_and_no_factory_from_its_dispose()
    {
        using ManualResetEventSlim released = new();
        KeyValuePair<string, string?> first = new("Devices:DetectWithin", "00:01:00");
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection([first]).Build();
        ServiceCollection services = [];
        services.AddSingleton<IConfiguration>(configuration);
        services.AddLiveness("blocked").BindConfiguration("Devices")
            .Validate(options => options.DetectWithin > TimeSpan.FromSeconds(30) || released.Wait(s_safety * 2));
        services.AddLiveness("other").BindConfiguration("Devices");
        await using ServiceProvider provider = services.BuildServiceProvider();
        ILivenessFactory factory = provider.GetRequiredService<ILivenessFactory>();
        Task<LivenessConnection> blocked = factory.AttachAsync(_pair.Client, "blocked");
        LivenessConnection[] both = await Task.WhenAll(blocked, factory.AttachAsync(_pair.Server, "other")).WaitAsync(s_safety);

        configuration["Devices:DetectWithin"] = "00:00:05";
        await Task.Run(configuration.Reload).WaitAsync(s_safety);

        await EventuallyAsync(() => both[1].Bound == TimeSpan.FromSeconds(5));
        both[0].Bound.Should().BeGreaterThan(TimeSpan.FromSeconds(5));
        await Task.WhenAll(both.Select(connection => connection.DisposeAsync().AsTask())).WaitAsync(s_safety);
        await ((IAsyncDisposable)factory).DisposeAsync().AsTask().WaitAsync(s_safety);
        released.Set();
    }

    public void Dispose()
    {
        _provider.Dispose();
        _pair.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private int Refusals() => _loggers.Logger.Entries.Count(entry => entry.EventName == "SettingsRefused");

    /// <summary>At once: half a file would be another failure.</summary>
    private void Write(string detectWithin)
    {
        string next = Path.Combine(_folder, "next");
        File.WriteAllText(next, $$"""{ "Liveness": { "Devices": { "DetectWithin": "{{detectWithin}}" } } }""");
        File.Move(next, Path.Combine(_folder, "appsettings.json"), overwrite: true);
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
