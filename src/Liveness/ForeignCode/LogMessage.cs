using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>One line, as the generated code hands it over: its values are fixed, its text is made where it is written.</summary>
internal sealed class LogMessage<TState>(
    LogLevel level, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) : LogLine
{
    public override void Write(ILogger? logger)
    {
        if (logger!.IsEnabled(level))
        {
            logger.Log(level, eventId, state, exception, (values, failure) => KnownParts.Of(formatter(values, failure)));
        }
    }
}
