namespace Liveness.Tests.ForeignCode;

/// <summary>Where a heartbeat stream calls code of others.</summary>
public enum Point
{
    LogLine,
    LogFilter,
    LogFormatting,
    StateHandler,
    LossHandler,
    LostCallback,
    EndedCallback,
    Abort,
    MetricsAtTheEnd,
    MetricsOfBeats,
    StreamDispose,
}
