using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Liveness.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Liveness;

/// <summary>
/// Attaches connections with the settings that are configured for a name. <see cref="LivenessServiceCollectionExtensions.AddLiveness"/>
/// registers it in a container; without a container, use the constructor.
/// </summary>
/// <remarks>A dispose ends the side channels that the factory has made. The connections stay open; dispose them yourself.</remarks>
public sealed class LivenessFactory : ILivenessFactory, IAsyncDisposable, IDisposable
{
    private readonly ConcurrentDictionary<string, NamedLiveness> _names = new(StringComparer.Ordinal);
    private readonly AttachedConnections _connections;
    private readonly HandedSockets _handed;
    private readonly Lock _gate = new();

    /// <summary>Under the lock, but for the making of the factory.</summary>
    private readonly List<IDisposable> _reloads = [];
    private readonly Func<LivenessOptions>? _sameForAll;
    private readonly TimeProvider _timeProvider;
    private readonly WorkQueue _queue;
    private readonly GuardedLogger _logger;
    private readonly IMeterFactory? _meterFactory;

    /// <summary>Under the lock: null until it is disposed.</summary>
    private Task? _ending;

    /// <summary>Under the lock: null until somebody drains it.</summary>
    private Drain? _drain;

    /// <summary>Makes a factory that attaches connections of every name with the same settings.</summary>
    /// <param name="options">The settings. They are read by this call, so later changes have no effect.</param>
    /// <param name="loggerFactory">The factory of the logger, whose category is "Liveness"; null, the default, means no logging.</param>
    /// <param name="timeProvider">The clock; null, the default, means the system's. It must not block. A clock that throws is replaced by
    /// the system's.</param>
    /// <param name="meterFactory">The factory of the meter; null, the default, means the meter of the process.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">The options are not valid. The message names every failure.</exception>
    /// <exception cref="SocketException">The side channel can't listen on its address.</exception>
    public LivenessFactory(
        LivenessOptions options,
        ILoggerFactory? loggerFactory = null,
        TimeProvider? timeProvider = null,
        IMeterFactory? meterFactory = null)
        : this(queue => queue.Guard(loggerFactory, "Liveness"), timeProvider, meterFactory, [])
    {
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult result = new LivenessOptionsValidator().Validate(null, options);
        if (result.Failed)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(LivenessOptions), result.Failures);
        }

        LivenessOptions copy = options.Copy();
        _sameForAll = () => copy;
        NamedLiveness nameless = Add(Options.DefaultName, _sameForAll, new SideResources());
        nameless.Side.Listener(nameless.Settings);
    }

    /// <summary>For one connection, by the options of its heartbeat: valid ones.</summary>
    private LivenessFactory(HeartbeatOptions options)
        : this(queue => queue.Guard(options.Logger), options.TimeProvider, options.MeterFactory, [])
    {
        LivenessOptions whole = new() { Heartbeat = options };
        whole.DetectWithin = options.DetectWithin ?? whole.DetectWithin;
        _sameForAll = () => whole;
        Add(Options.DefaultName, _sameForAll, new SideResources());
    }

    private LivenessFactory(
        Func<WorkQueue, GuardedLogger> logger, TimeProvider? timeProvider, IMeterFactory? meterFactory, IConnectionListener[] listeners)
    {
        _meterFactory = meterFactory;
        LivenessScheduler scheduler = LivenessScheduler.For(timeProvider ?? TimeProvider.System);
        _timeProvider = scheduler.TimeProvider;
        _queue = scheduler.WorkQueue;
        _logger = scheduler.Guard(logger(_queue));
        _connections = new AttachedConnections(_timeProvider, _queue, _logger, new ConnectionListeners(listeners, _logger));
        _handed = new HandedSockets(_connections, scheduler, _logger);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<LivenessConnection> Connections => _connections.All;

    /// <inheritdoc/>
    public IReadOnlyList<RecordedLoss> RecentLosses => _connections.RecentLosses;

    /// <inheritdoc/>
    public LossHistory LossHistory => _connections.LossHistory;

    /// <inheritdoc/>
    public IReadOnlyList<string>? Names => _sameForAll is null ? [.. _names.Keys.Order(StringComparer.Ordinal)] : null;

    /// <inheritdoc/>
    public async Task<LivenessConnection> AttachAsync(
        AttachTarget target, string? name = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        using AttachUnderWay underWay = _connections.BeginAttach();
        string description = target.Description ?? RemoteName.Text(target.Socket is { } socket ? KeptName.Of(socket).EndPoint : null) ?? "";
        NamedLiveness named;
        AttachBegun begun;
        try
        {
            named = Find(name ?? Options.DefaultName);
            begun = await Attaching.BeginAsync(target, named, named.Settings, description, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not AlreadyWrappedException)
        {
            await AttachedConnection.CloseUnlessLeftOpenAsync(target).ConfigureAwait(false);
            throw;
        }

        LivenessConnection connection = _connections.Add(named, begun.Settings, description, begun.Attached);
        if (begun.Plain is { } sign)
        {
            FactoryLog.PlainPeerServed(_logger, sign, begun.Attached.IsWatched, connection.Monitor.Label);
        }

        if (_connections.Drain is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new ObjectDisposedException(
                nameof(ILivenessFactory), "This program is going away (DrainAsync was called): nothing is attached any more.");
        }

        return connection;
    }

    /// <inheritdoc/>
    public void Watch(AttachTarget target, string? name = null, Action<LivenessConnection>? watched = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        _handed.Watch(target, Find(name ?? Options.DefaultName), watched);
    }

    /// <inheritdoc/>
    public LivenessMode GetMode(string? name = null) => Find(name ?? Options.DefaultName).Settings.Mode;

    /// <inheritdoc/>
    public Task<DrainResult> DrainAsync(DrainOptions? options = null, CancellationToken cancellationToken = default)
    {
        options = (options ?? new DrainOptions()).Copy();
        DrainOptionsRules.Check(options, Names).ThrowIfAny();
        Drain drain;
        bool isFirst;
        lock (_gate)
        {
            isFirst = _drain is null;
            ObjectDisposedException.ThrowIf(isFirst && _ending is not null, this);
            drain = _drain ??= new Drain(options, _connections, _timeProvider, _logger);
        }

        Task<DrainResult> drained = drain.WaitAsync(cancellationToken);
        if (isFirst)
        {
            _ = drain.RunAsync();
        }

        return drained;
    }

    /// <summary>
    /// Ends the side channels, and stops following changes of the configuration. The monitors of connections that a side channel watched
    /// are then closed. All connections stay open.
    /// </summary>
    /// <remarks>A second call waits for the first one.</remarks>
    public async ValueTask DisposeAsync()
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        IDisposable[] reloads;
        Task ending;
        lock (_gate)
        {
            ending = _ending ??= ended.Task;
            reloads = [.. _reloads];
            _reloads.Clear();
        }

        if (ending == ended.Task)
        {
            try
            {
                await EndAsync(reloads).ConfigureAwait(false);
                ended.SetResult();
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
            }
        }

        await ending.ConfigureAwait(false);
    }

    /// <summary>Disposes like <see cref="DisposeAsync"/>, without waiting for peers.</summary>
    public void Dispose()
    {
        Task ending = DisposeAsync().AsTask();

        // Nobody waits for it, so nobody else would be told.
        ending.ContinueWith(
            static (failed, logger) => InBandLog.WorkItemThrew((GuardedLogger)logger!, failed.Exception!, default),
            _logger,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }

    /// <inheritdoc cref="LivenessConnection.AcceptAsync(Socket, HeartbeatOptions, CancellationToken)"/>
    internal static Task<LivenessConnection> AcceptAsync(
        AttachTarget target, HeartbeatOptions? options, CancellationToken cancellationToken)
    {
        options = (options ?? new HeartbeatOptions()).Copy();
        HeartbeatOptionsRules.Check(options).ThrowIfAny();

        // It holds nothing that would have to be disposed: it has neither a side channel nor a configuration.
        return new LivenessFactory(options).AttachAsync(target, options.Name, cancellationToken);
    }

    internal static LivenessFactory FromServices(IServiceProvider provider)
    {
        ILoggerFactory? loggers = provider.GetService<ILoggerFactory>();
        LivenessFactory factory = new(
            queue => queue.Guard(loggers, "Liveness"),
            provider.GetService<TimeProvider>(),
            provider.GetService<IMeterFactory>(),
            [.. provider.GetServices<IConnectionListener>()]);
        IOptionsFactory<LivenessOptions> options = provider.GetRequiredService<IOptionsFactory<LivenessOptions>>();
        try
        {
            // Before the first look at the settings: a change in between is not missed.
            IEnumerable<IOptionsChangeTokenSource<LivenessOptions>> sources =
                provider.GetServices<IOptionsChangeTokenSource<LivenessOptions>>();
            foreach (IOptionsChangeTokenSource<LivenessOptions> source in sources)
            {
                factory._reloads.Add(
                    ChangeToken.OnChange(source.GetChangeToken, factory.OnChanged, source.Name ?? Options.DefaultName));
            }

            SettingsAnnouncer announcer = provider.GetRequiredService<SettingsAnnouncer>();
            foreach (LivenessName known in provider.GetServices<LivenessName>())
            {
                // Not by the monitor: after a bad reload that throws until the next good one.
                NamedLiveness named = factory.Add(known.Name, () => options.Create(known.Name), new SideResources());
                announcer.Announce(known.Name, named.Settings.Options);
                named.Side.Listener(named.Settings);
            }

            return factory;
        }
        catch
        {
            factory.Dispose();
            throw;
        }
    }

    /// <param name="name">Whose connections.</param>
    /// <param name="stream">The type that hides the socket, or has none.</param>
    internal void NoteUnwatched(string? name, string stream)
    {
        ConnectionLabel label = new(null, null, string.IsNullOrEmpty(name) ? null : name, null);
        FactoryLog.HttpNotWatched(_logger, stream, GetMode(name), label);
    }

    private async Task EndAsync(IDisposable[] reloads)
    {
        Task stopping = reloads.Length == 0 ? Task.CompletedTask : StopAsync(reloads);
        await Task.WhenAll(_names.Values.Select(static named => named.Side.DisposeAsync().AsTask())).ConfigureAwait(false);
        await ForeignCode.WaitAsync(stopping, HeartbeatDefaults.CloseTimeout, _timeProvider).ConfigureAwait(false);
        ConnectionLog.Of(_timeProvider, _logger).TellNow();
        await ForeignCode.WaitAsync(_logger.FlushAsync(), MonitorDefaults.LinePatience, _timeProvider).ConfigureAwait(false);
    }

    /// <summary>What tells of changes is code of others.</summary>
    private Task StopAsync(IDisposable[] reloads)
    {
        TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.PostForeign(ForeignLane.Calls, new ForeignCall(() =>
        {
            Array.ForEach(reloads, reload => ForeignCode.Call(reload.Dispose, _logger, "A change of settings"));
            stopped.SetResult();
        }));
        return stopped.Task;
    }

    private NamedLiveness Add(string name, Func<LivenessOptions> read, SideResources side) =>
        _names.GetOrAdd(name, added => new NamedLiveness(added, read, ServicesOf(added), side));

    private ConnectionServices ServicesOf(string name) => new(name.Length == 0 ? null : name, _timeProvider, _logger, _meterFactory);

    private NamedLiveness Find(string name)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ending is not null, this);
        }

        if (_sameForAll is not null && name.Length > 0 && ConnectionName.Problem(name) is { } problem)
        {
            throw new ArgumentException(problem, nameof(name));
        }

        return _names.TryGetValue(name, out NamedLiveness? named) ? named
            : _sameForAll is not null ? Add(name, _sameForAll, _names[Options.DefaultName].Side)
            : throw new ArgumentException(UnknownName.Text(name, _names.Keys), nameof(name));
    }

    /// <summary>
    /// In a lane: what validates settings is code of others, and must not keep the other names, or whoever else is told of a change, from
    /// theirs.
    /// </summary>
    private void OnChanged(string name)
    {
        if (_names.TryGetValue(name, out NamedLiveness? named) && named.BeginReload())
        {
            _queue.PostForeign(ForeignLane.Calls, new ForeignCall(() => ReloadAll(named)));
        }
    }

    private void ReloadAll(NamedLiveness named)
    {
        do
        {
            ForeignCode.Call(() => Reload(named), _logger, "A change of settings");
        }
        while (named.HasChangedMeanwhile());
    }

    private void Reload(NamedLiveness named)
    {
        if (named.Reload() is not { } settings)
        {
            return;
        }

        int told = _connections.Change(named.Name, settings);
        SettingsLog.SettingsReloaded(_logger, named.Name, settings.DetectWithin, told);
    }
}
