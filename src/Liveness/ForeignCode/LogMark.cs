using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>No line, but a place among the lines: whoever waits for it knows that those before it are written.</summary>
internal sealed class LogMark : LogLine
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public override bool NeedsLogger => false;

    public override void Write(ILogger? logger) => _reached.SetResult();
}
