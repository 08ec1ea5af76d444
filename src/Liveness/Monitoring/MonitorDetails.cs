namespace Liveness;

/// <summary>What most monitors never have while their connection lasts: made when somebody asks for it, or at the end.</summary>
internal sealed class MonitorDetails
{
    /// <summary>Made once, under the lock of the monitor; read without it.</summary>
    public EventDispatcher? Dispatcher;

    /// <summary>
    /// Null while the connection lasts, then its <see cref="ConnectionLoss"/> or what stands for a close: set once, under the lock.
    /// </summary>
    public object? End;

    /// <summary>Made once, or taken at the end, whichever is first: interlocked.</summary>
    public CancellationTokenSource? LostSource;

    /// <summary>As the other.</summary>
    public CancellationTokenSource? EndedSource;

    /// <summary>Made once, interlocked.</summary>
    public TaskCompletionSource<ConnectionLoss?>? Completion;

    /// <summary>
    /// As said by whoever attached it; null = see <see cref="IMonitoredConnection.Remote"/>. Written by whoever attaches the connection,
    /// before anybody else has it.
    /// </summary>
    public string? Description;

    /// <summary>Any thread, no lock.</summary>
    public CloseResult? CloseResult;

    /// <summary>The id itself, or an <see cref="ObservedOwnId"/> that holds it. Interlocked.</summary>
    public object? OwnId;
}
