namespace Liveness;

/// <summary>The data of <see cref="ConnectionMonitor.StateChanged"/>: the change from the last delivered state to the newest one.</summary>
/// <remarks>Changes that occurred while a handler ran are merged, so intermediate steps may be missing.</remarks>
public sealed class LivenessStateChangedEventArgs : EventArgs
{
    /// <summary>Creates an instance. It is public so that you can raise the event in your own tests.</summary>
    /// <param name="oldState">The state that was last delivered.</param>
    /// <param name="newState">The newest state.</param>
    /// <param name="oldConditions">The conditions that were last delivered.</param>
    /// <param name="newConditions">The newest conditions.</param>
    public LivenessStateChangedEventArgs(
        LivenessState oldState,
        LivenessState newState,
        ConnectionConditions oldConditions,
        ConnectionConditions newConditions)
    {
        OldState = oldState;
        NewState = newState;
        OldConditions = oldConditions;
        NewConditions = newConditions;
    }

    /// <summary>The state that was last delivered; <see cref="LivenessState.Connecting"/> the first time.</summary>
    public LivenessState OldState { get; }

    /// <summary>The newest state; equal to <see cref="OldState"/> if only the conditions changed.</summary>
    public LivenessState NewState { get; }

    /// <summary>The conditions that were last delivered; <see cref="ConnectionConditions.None"/> the first time.</summary>
    public ConnectionConditions OldConditions { get; }

    /// <summary>The newest conditions; at the end, the last ones before it.</summary>
    public ConnectionConditions NewConditions { get; }
}
