using System.Net.Sockets;
using Liveness.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>An application with real connections, alive and lost, and some on a stage whose states can't be had at will.</summary>
internal sealed class StatusStage : IAsyncDisposable
{
    public const string Hostile = Crowd.Hostile;

    private readonly List<LivenessConnection> _clients = [];
    private readonly LivenessFactory _factory;

    private StatusStage(LivenessFactory factory, StagedFactory staged, TestServer server)
    {
        _factory = factory;
        Staged = staged;
        Server = server;
    }

    public StagedFactory Staged { get; }

    public TestServer Server { get; }

    public Uri Address => new(Server.Address, "/liveness");

    public static async Task<StatusStage> StartAsync(bool isEmpty = false)
    {
        LivenessFactory factory = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(30) });
        StatusStage stage = await StartAsync(factory, new StagedFactory(factory), TimeSpan.FromMilliseconds(100));
        if (!isEmpty)
        {
            await stage.FillAsync();
        }

        return stage;
    }

    /// <summary>Two thousand that live and five thousand that were lost at once, at the end of an hour in which little happened.</summary>
    public static async Task<StatusStage> StartCrowdAsync()
    {
        const int Minutes = 55;
        ShiftedTime time = new(TimeSpan.FromMinutes(Minutes));
        LivenessFactory factory = new(new LivenessOptions { DetectWithin = TimeSpan.FromSeconds(30) });
        StagedFactory staged = new(timeProvider: time);
        Crowd.FillLive(staged);
        StatusStage stage = await StartAsync(factory, staged, TimeSpan.FromSeconds(1), time);
        for (int minute = 0; minute < Minutes; minute++)
        {
            if (minute % 13 == 5)
            {
                Crowd.LoseOne(staged, minute / 13, time.GetUtcNow());
            }

            if (minute == Minutes - 2)
            {
                Crowd.Storm(staged, time.GetUtcNow());
            }

            time.Pass(TimeSpan.FromMinutes(1));
        }

        return stage;
    }

    private static async Task<StatusStage> StartAsync(LivenessFactory factory, StagedFactory staged, TimeSpan sampleEvery, TimeProvider? time = null)
    {
        TestServer server = await TestServer.StartAsync(
            _ => { },
            app => app.MapLivenessStatus(configure: options => (options.RefreshEvery, options.SampleEvery) = (TimeSpan.FromMilliseconds(500), sampleEvery)),
            services: services => services.Replace(ServiceDescriptor.Singleton<ILivenessFactory>(staged))
                .Replace(ServiceDescriptor.Singleton(time ?? TimeProvider.System)));
        return new StatusStage(factory, staged, server);
    }

    /// <summary>A real pair; both ends are on the page.</summary>
    public async Task<(LivenessConnection Client, LivenessConnection Server)> ConnectAsync(string name)
    {
        using TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        Socket client = new(SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accepting = listener.AcceptSocketAsync();
        await client.ConnectAsync(listener.LocalEndpoint).WaitAsync(TestServer.Limit);
        Socket accepted = await accepting.WaitAsync(TestServer.Limit);
        Task<LivenessConnection> there = _factory.AttachAsync(accepted, name + "-server");
        LivenessConnection here = await _factory.AttachAsync(client, name).WaitAsync(TestServer.Limit);
        _clients.Add(here);
        _clients.Add(await there.WaitAsync(TestServer.Limit));
        return (here, _clients[^1]);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_clients.Select(client => client.DisposeAsync().AsTask()));
        await Server.DisposeAsync();
        await _factory.DisposeAsync();
    }

    private async Task FillAsync()
    {
        await ConnectAsync("upstream");
        await ConnectAsync("devices");
        (LivenessConnection rude, LivenessConnection victim) = await ConnectAsync("gateway");
        await ((HeartbeatStream)rude.Stream).CloseAsync(GoodbyeCode.Aborted, Hostile);
        await victim.Monitor.Completion.WaitAsync(TestServer.Limit);
        Random dice = new(3);
        for (int i = 0; i < 4; i++)
        {
            StagedConnection alive = Staged.Add("devices", $"192.0.2.{20 + i}:49{i}12", silence: TimeSpan.FromSeconds(0.3 + (i * 0.5)));
            alive.VaryRoundTrip = () => TimeSpan.FromMilliseconds(18 + (4 * i) + (dice.NextDouble() * 6) + (dice.Next(12) == 0 ? 20 : 0));
        }

        Staged.Add("upstream", "10.20.0.5:5432", state: LivenessState.Suspect, silence: TimeSpan.FromSeconds(6.3)).VaryRoundTrip = () => TimeSpan.FromMilliseconds(2 + dice.NextDouble());
        Staged.Add("replica", "10.20.0.6:5432", conditions: ConnectionConditions.PeerNotConsuming | ConnectionConditions.SideDown, mode: LivenessMode.SideChannel);
        StagedConnection kernel = Staged.Add("legacy", "10.20.0.9:2404", mode: LivenessMode.KernelOnly, silence: TimeSpan.FromSeconds(31));
        (kernel.RoundTrip, kernel.Bound) = (null, TimeSpan.FromSeconds(60));
        Staged.Add(Hostile, Hostile);
        Staged.Lose("devices", Losses.ConnectionReset(), "192.0.2.40:50110");
        Staged.Lose("upstream", Losses.HeartbeatTimedOut(), "10.20.0.5:5432");
        Staged.Lose("devices", Losses.PeerNotLiveness("GET / HTTP/1.1\r\n"u8.ToArray()), "198.51.100.7:33810");
    }
}
