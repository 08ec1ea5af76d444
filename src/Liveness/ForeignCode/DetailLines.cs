using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>The place among the lines at which those of a <see cref="DetailLogger"/> are written.</summary>
internal sealed class DetailLines(DetailLogger details) : LogLine
{
    public override void Write(ILogger? logger) => details.WriteAll(logger!);
}
