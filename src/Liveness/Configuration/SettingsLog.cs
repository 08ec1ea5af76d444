using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>
/// Log messages of the settings of a name. Ids and names are part of the contract: never reused, never changed.
/// Text of a peer is only ever a value, never a name.
/// </summary>
internal static partial class SettingsLog
{
    [LoggerMessage(80, LogLevel.Information,
        "The settings of '{Name}' have changed: DetectWithin {DetectWithin}; {Connections} live connections go by them now",
        EventName = "SettingsReloaded")]
    public static partial void SettingsReloaded(GuardedLogger logger, string name, TimeSpan detectWithin, int connections);

    [LoggerMessage(81, LogLevel.Error,
        "The new settings of '{Name}' are not valid and are ignored; the last good ones stay in force: {Failures}",
        EventName = "SettingsRefused")]
    public static partial void SettingsRefused(GuardedLogger logger, string name, string failures);

    [LoggerMessage(82, LogLevel.Warning,
        "The settings of '{Name}' have changed, but a side channel keeps what it was made with: restart to use them",
        EventName = "SettingsNeedRestart")]
    public static partial void SettingsNeedRestart(GuardedLogger logger, string name);

    [LoggerMessage(83, LogLevel.Information,
        "The settings of '{Name}': Mode {Mode}, DetectWithin {DetectWithin}, {Beats}, {KeepAlive}, OnLoss {OnLoss}{Settings}; "
            + "all others are at their defaults",
        EventName = "SettingsInForce")]
    public static partial void SettingsInForce(
        GuardedLogger logger,
        string name,
        LivenessMode mode,
        string detectWithin,
        string beats,
        string keepAlive,
        LossAction onLoss,
        string settings);

    [LoggerMessage(84, LogLevel.Warning,
        "Missing from the configuration of '{Name}', and left as they were: {Settings}",
        EventName = "SettingsMissing")]
    public static partial void SettingsMissing(GuardedLogger logger, string name, string settings);

    [LoggerMessage(85, LogLevel.Warning,
        "The settings of '{Name}' are bound past BindConfiguration of this library: what is missing or misspelt there is not noticed",
        EventName = "SettingsUnchecked")]
    public static partial void SettingsUnchecked(GuardedLogger logger, string name);

    [LoggerMessage(86, LogLevel.Warning,
        "Set for '{Name}', but without effect in mode {Mode}: {Settings}",
        EventName = "SettingsUnused")]
    public static partial void SettingsUnused(GuardedLogger logger, string name, LivenessMode mode, string settings);
}
