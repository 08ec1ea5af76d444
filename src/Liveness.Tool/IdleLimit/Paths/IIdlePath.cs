namespace Liveness.Tool.IdleLimit;

/// <summary>The way to a server, on which connections are made that nobody uses.</summary>
internal interface IIdlePath
{
    /// <summary>Makes a connection, lets it be idle for so long, and looks whether it still lives. Leaves nothing behind.</summary>
    Task<Trial> TryAsync(TimeSpan idle, CancellationToken cancellationToken);
}
