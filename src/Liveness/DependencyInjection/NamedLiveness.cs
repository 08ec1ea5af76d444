using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>One name: its settings in force, and what its connections share.</summary>
internal sealed class NamedLiveness
{
    private readonly Lock _gate = new();
    private readonly Func<LivenessOptions> _read;
    private readonly LivenessSurroundings _surroundings;
    private readonly GuardedLogger _logger;
    private LivenessSettings? _settings;
    private string? _failure;
    private long _reads;
    private bool _keepAliveIsLogged;

    /// <param name="name">Whose settings.</param>
    /// <param name="read">Makes them anew, validated by whoever validates them; may throw.</param>
    /// <param name="surroundings">Of everything of that name.</param>
    /// <param name="side">Its side channel.</param>
    public NamedLiveness(string name, Func<LivenessOptions> read, LivenessSurroundings surroundings, SideResources side)
    {
        Name = name;
        _read = read;
        _surroundings = surroundings;
        _logger = LivenessScheduler.For(surroundings.TimeProvider).WorkQueue.Guard(surroundings.Logger);
        Side = side;
    }

    public string Name { get; }

    public SideResources Side { get; }

    /// <summary>Reads them the first time.</summary>
    /// <exception cref="OptionsValidationException">They are not valid.</exception>
    public LivenessSettings Settings
    {
        get
        {
            lock (_gate)
            {
                if (_settings is not null)
                {
                    return _settings;
                }
            }

            LivenessSettings read = Read();
            lock (_gate)
            {
                return _settings ??= read;
            }
        }
    }

    /// <summary>Reads the settings anew. What is not valid is logged, once, and leaves the old ones in force.</summary>
    /// <returns>Null where nothing is new.</returns>
    public LivenessSettings? Reload()
    {
        LivenessSettings settings;
        try
        {
            settings = Read();
        }
        catch (Exception failure)
        {
            // Of any type: binding and validation run code of others.
            lock (_gate)
            {
                if (_failure == failure.Message)
                {
                    return null;
                }

                _failure = failure.Message;
            }

            Log.SettingsRefused(_logger, Name, failure.Message);
            return null;
        }

        bool needsRestart;
        lock (_gate)
        {
            _failure = null;
            if (_settings is { } before && before.Version > settings.Version)
            {
                // Two files have changed at once, and the other change was read later.
                return null;
            }

            needsRestart = _settings is { } now && (now.Mode == LivenessMode.SideChannel || settings.Mode == LivenessMode.SideChannel);
            if (needsRestart && _settings!.Mode == settings.Mode && _settings.SideChannel.SaysTheSameAs(settings.SideChannel) && _settings.OnLoss == settings.OnLoss)
            {
                return null;
            }

            // The side connections and the listener were made with what was valid then, and others depend on them.
            _settings = needsRestart ? _settings : settings;
        }

        if (needsRestart)
        {
            Log.SettingsNeedRestart(_logger, Name);
        }

        return needsRestart ? null : settings;
    }

    /// <summary>Once for a name, however many sockets.</summary>
    public void NoteKeepAlive(TcpKeepAliveResult result)
    {
        lock (_gate)
        {
            if (result.IsComplete || _keepAliveIsLogged)
            {
                return;
            }

            _keepAliveIsLogged = true;
        }

        Log.KeepAliveIncomplete(_logger, result);
    }

    /// <summary>Who begins to read later reads what is at least as new.</summary>
    private LivenessSettings Read()
    {
        long version = Interlocked.Increment(ref _reads);
        return new LivenessSettings(_read(), KeepAlivePlatforms.Current, _surroundings) { Version = version };
    }
}
