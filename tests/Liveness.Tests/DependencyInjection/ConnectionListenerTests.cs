using Liveness.Testing;
using Liveness.Tests.InBand;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.DependencyInjection;

/// <summary>Whoever listens in a container is told of each connection: its attach, its ids, and its end, in order.</summary>
public sealed class ConnectionListenerTests : IAsyncDisposable
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(20);

    private readonly InMemoryLink _link = InMemoryLink.Create();
    private readonly LivenessFactory _peers = new(new LivenessOptions());
    private readonly RecordingLoggers _loggers = new();
    private readonly Diary _diary = new();
    private ServiceProvider? _provider;

    [Fact]
    public async Task A_connection_is_told_from_its_attach_over_its_ids_to_its_end()
    {
        LivenessConnection connection = await AttachAsync("device-1", _diary);

        connection.OwnId = "device-2";
        connection.Monitor.OwnId = "device-3";
        connection.OwnId = null;
        await connection.CloseAsync();
        await _diary.Ended.WaitAsync(s_safety);

        _diary.Lines.Should().Equal("attached device-1", "identified device-2", "identified device-3", "identified ", "ended  in order");
    }

    /// <summary>Whoever has found it in the factory's list may be quicker.</summary>
    [Fact]
    public async Task An_id_that_changes_before_the_attach_is_told_is_told_behind_it()
    {
        await using LivenessFactory factory = new(new LivenessOptions { Mode = LivenessMode.KernelOnly });
        using SocketPair pair = SocketPair.OverTcp();
        LivenessConnection connection = await factory.AttachAsync(pair.Client);
        RecordingLogger logger = new();
        ConnectionStory story = new(connection, new ConnectionListeners([_diary], WorkQueue.ThreadPool.Guard(logger)));
        connection.Monitor.Observe(story);

        connection.OwnId = "early";
        story.Attach();

        _diary.Lines.Should().Equal("attached early", "identified early");
    }

    [Fact]
    public async Task A_loss_is_told_with_its_reason_and_after_that_nothing()
    {
        LivenessConnection connection = await AttachAsync("device-1", _diary);

        _link.Reset();
        await _diary.Ended.WaitAsync(s_safety);
        connection.OwnId = "too late";

        _diary.Lines.Should().HaveCount(2);
        _diary.Lines[1].Should().Be($"ended device-1 {connection.Monitor.Loss!.ErrorType}");
        connection.OwnId.Should().Be("too late");
    }

    [Fact]
    public async Task The_factory_lists_a_connection_from_the_attach_on_and_no_longer_at_its_end()
    {
        List<int> listed = [];
        _diary.OnCall = () => listed.Add(_provider!.GetRequiredService<ILivenessFactory>().Connections.Count);

        LivenessConnection connection = await AttachAsync("device-1", _diary);
        await connection.CloseAsync();
        await _diary.Ended.WaitAsync(s_safety);

        listed.Should().Equal(1, 0);
    }

    [Fact]
    public async Task A_listener_that_throws_is_logged_and_costs_neither_the_connection_nor_the_next_listener()
    {
        LivenessConnection connection = await AttachAsync("device-1", new Faulty(), _diary);
        connection.OwnId = "device-2";
        await connection.CloseAsync();
        await _diary.Ended.WaitAsync(s_safety);

        _diary.Lines.Should().Equal("attached device-1", "identified device-2", "ended device-2 in order");
        await _provider!.DisposeAsync();
        _loggers.Logger.Entries.Count(static line => line.EventName == "HandlerThrew").Should().Be(3);
    }

    [Fact]
    public async Task A_listener_that_names_the_connection_is_told_of_that_after_the_call()
    {
        LivenessConnection? told = null;
        _diary.OnAttached = connection => (told = connection).OwnId = "named by the listener";

        LivenessConnection connection = await AttachAsync(null, _diary);

        connection.Should().BeSameAs(told);
        connection.OwnId.Should().Be("named by the listener");
        _diary.Lines.Should().Equal("attached ", "identified named by the listener");
    }

    [Fact]
    public async Task Many_threads_that_name_a_connection_are_told_one_at_a_time_and_the_newest_id_last()
    {
        LivenessConnection connection = await AttachAsync("0", _diary);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(thread => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                connection.OwnId = $"{thread}.{i}";
            }
        }))).WaitAsync(s_safety);

        _diary.MostAtOnce.Should().Be(1);
        _diary.Lines[^1].Should().Be($"identified {connection.OwnId}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_provider is not null)
        {
            await _provider.DisposeAsync();
        }

        await _peers.DisposeAsync();
        _link.Dispose();
    }

    private async Task<LivenessConnection> AttachAsync(string? ownId, params IConnectionListener[] listeners)
    {
        ServiceCollection services = [];
        services.AddLiveness();
        services.AddSingleton<ILoggerFactory>(_loggers);
        Array.ForEach(listeners, listener => services.AddSingleton(listener));
        _provider = services.BuildServiceProvider();
        ILivenessFactory factory = _provider.GetRequiredService<ILivenessFactory>();
        Task<LivenessConnection> attaching = factory.AttachAsync(new AttachTarget(_link.Client) { OwnId = ownId });
        await _peers.AttachAsync(_link.Server).WaitAsync(s_safety);
        return await attaching.WaitAsync(s_safety);
    }

    private sealed class Diary : IConnectionListener
    {
        private readonly List<string> _lines = [];
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _now;

        public Action? OnCall { get; set; }

        public Action<LivenessConnection>? OnAttached { get; set; }

        public int MostAtOnce { get; private set; }

        public Task Ended => _ended.Task;

        public string[] Lines
        {
            get
            {
                lock (_lines)
                {
                    return [.. _lines];
                }
            }
        }

        public void Attached(LivenessConnection connection)
        {
            Write($"attached {connection.OwnId}");
            OnAttached?.Invoke(connection);
        }

        public void Identified(LivenessConnection connection) => Write($"identified {connection.OwnId}");

        void IConnectionListener.Ended(LivenessConnection connection, ConnectionLoss? loss)
        {
            Write($"ended {connection.OwnId} {loss?.ErrorType ?? "in order"}");
            _ended.SetResult();
        }

        private void Write(string line)
        {
            int now = Interlocked.Increment(ref _now);
            OnCall?.Invoke();
            lock (_lines)
            {
                MostAtOnce = Math.Max(MostAtOnce, now);
                _lines.Add(line);
            }

            Interlocked.Decrement(ref _now);
        }
    }

    private sealed class Faulty : IConnectionListener
    {
        public void Attached(LivenessConnection connection) => throw new InvalidTimeZoneException();

        public void Identified(LivenessConnection connection) => throw new InvalidTimeZoneException();

        public void Ended(LivenessConnection connection, ConnectionLoss? loss) => throw new InvalidTimeZoneException();
    }
}
