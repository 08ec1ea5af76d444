namespace Liveness;

/// <summary>See <see cref="AsyncHandler{TArgs}"/>.</summary>
internal interface IAsyncHandler
{
    /// <summary>What the call that has just returned still does; null = nothing. Once for each call.</summary>
    Task? TakeRunning();
}
