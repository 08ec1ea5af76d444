using Microsoft.Extensions.Logging;

namespace Liveness;

/// <summary>Something that a <see cref="GuardedLogger"/> does with the logger behind it.</summary>
internal abstract class LogLine
{
    /// <summary>False = null will do in its place.</summary>
    public virtual bool NeedsLogger => true;

    /// <summary>Calls code of others.</summary>
    public abstract void Write(ILogger? logger);
}
