using System.Diagnostics;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Microsoft.Extensions.Options;

namespace Liveness;

/// <summary>One name: its settings in force, and what its connections share.</summary>
internal sealed class NamedLiveness
{
    private readonly Lock _gate = new();
    private readonly Func<LivenessOptions> _read;
    private readonly ConnectionServices _services;
    private readonly GuardedLogger _logger;

    /// <summary>Under the lock.</summary>
    private LivenessSettings? _settings;

    /// <summary>The last that was told. Under the lock.</summary>
    private string? _failure;

    /// <summary>What was told to be missing. Under the lock.</summary>
    private string _missing = "";

    /// <summary>Told already that they need a restart. Under the lock.</summary>
    private LivenessSettings? _waiting;

    /// <summary>Interlocked.</summary>
    private long _reads;

    /// <summary>Under the lock.</summary>
    private bool _keepAliveIsLogged;

    /// <summary>Interlocked.</summary>
    private bool _notWatchedIsLogged;

    /// <summary>Under the lock.</summary>
    private bool _isReloading;

    /// <summary>While it reloads. Under the lock.</summary>
    private bool _hasChanged;

    /// <param name="name">Whose settings.</param>
    /// <param name="read">Makes them anew, validated by whoever validates them; may throw.</param>
    /// <param name="services">Of everything of that name.</param>
    /// <param name="side">Its side channel.</param>
    public NamedLiveness(string name, Func<LivenessOptions> read, ConnectionServices services, SideResources side)
    {
        Name = name;
        _read = read;
        _services = services;
        _logger = LivenessScheduler.For(services.TimeProvider).Guard(services.Logger);
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
                if (_settings is null)
                {
                    _settings = read;
                    Keep(read);
                }

                return _settings;
            }
        }
    }

    /// <summary>They may have changed.</summary>
    /// <returns>True = reload, until <see cref="HasChangedMeanwhile"/> says no; false = somebody does so.</returns>
    public bool BeginReload()
    {
        lock (_gate)
        {
            _hasChanged = _isReloading;
            _isReloading = true;
            return !_hasChanged;
        }
    }

    /// <returns>False = the reload is over.</returns>
    public bool HasChangedMeanwhile()
    {
        lock (_gate)
        {
            _isReloading = _hasChanged;
            _hasChanged = false;
            return _isReloading;
        }
    }

    /// <summary>
    /// Reads the settings anew. What is not valid is logged, once, and leaves the old ones in force; where nothing has changed, nothing is
    /// said or done.
    /// </summary>
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
            string message = ForeignCode.MessageOf(failure);
            lock (_gate)
            {
                if (_failure == message)
                {
                    return null;
                }

                _failure = message;
            }

            SettingsLog.SettingsRefused(_logger, Name, message);
            return null;
        }

        LivenessSettings? changed = null;
        bool needsRestart = false;
        string? missing;
        lock (_gate)
        {
            _failure = null;
            if (_settings is { } before && before.Version > settings.Version)
            {
                // Two files have changed at once, and the other change was read later.
                return null;
            }

            Keep(settings);
            missing = NewlyMissingNeedsLock(settings);
            if (_settings is { } now && SettingTable.IsSame(now.Options, settings.Options))
            {
                _waiting = null;
            }
            else if (_settings is { } running && (running.Mode == LivenessMode.SideChannel || settings.Mode == LivenessMode.SideChannel))
            {
                // The side connections and the listener were made with what was valid then, and others depend on them.
                needsRestart = _waiting is null || !SettingTable.IsSame(_waiting.Options, settings.Options);
                _waiting = settings;
            }
            else
            {
                _settings = changed = settings;
            }
        }

        if (missing is not null)
        {
            SettingsLog.SettingsMissing(_logger, Name, missing);
        }

        if (needsRestart)
        {
            SettingsLog.SettingsNeedRestart(_logger, Name);
        }

        return changed;
    }

    /// <summary>Once for a name, however many sockets.</summary>
    /// <param name="result">Of one of them.</param>
    /// <param name="label">The connection over it, as far as it is known before it is attached.</param>
    public void NoteKeepAlive(TcpKeepAliveResult result, ConnectionLabel label)
    {
        lock (_gate)
        {
            if (result.IsComplete || _keepAliveIsLogged)
            {
                return;
            }

            _keepAliveIsLogged = true;
        }

        KernelLog.KeepAliveIncomplete(_logger, result, label);
    }

    /// <summary>Once for a name, however many sockets can't be watched.</summary>
    public bool IsFirstNotWatched() => !Interlocked.Exchange(ref _notWatchedIsLogged, true);

    private static void Keep(LivenessSettings settings) => settings.Options.Readings?.ForEach(reading => reading.Keep());

    /// <returns>Null where nothing is missing, or it was told.</returns>
    private string? NewlyMissingNeedsLock(LivenessSettings settings)
    {
        Debug.Assert(_gate.IsHeldByCurrentThread);
        string missing = string.Join(", ", settings.Options.Readings?.SelectMany(reading => reading.Missing) ?? []);
        bool isTold = missing == _missing;
        _missing = missing;
        return isTold || missing.Length == 0 ? null : missing;
    }

    /// <summary>Who begins to read later reads what is at least as new.</summary>
    private LivenessSettings Read()
    {
        long version = Interlocked.Increment(ref _reads);
        return new LivenessSettings(_read(), KeepAlivePlatforms.Current, _services, version);
    }
}
