using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>Asks whether a level is enabled.</summary>
internal sealed class LogQuestion(LogLevel level, Action<bool> answer) : LogLine
{
    public override void Write(ILogger? logger) => answer(logger!.IsEnabled(level));
}
