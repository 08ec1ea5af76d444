namespace Liveness;

/// <summary>What <see cref="ConnectionMonitor.StateChanged"/> tells: from what was last delivered to the newest.</summary>
/// <remarks>Changes that came while a handler was running are merged, so that steps in between may be missing.</remarks>
public sealed class LivenessStateChangedEventArgs : EventArgs
{
    /// <summary>Public so that you can raise the event in your own tests.</summary>
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

    /// <summary>The newest state; equal to <see cref="OldState"/> where only conditions changed.</summary>
    public LivenessState NewState { get; }

    /// <summary>The conditions that were last delivered; <see cref="ConnectionConditions.None"/> the first time.</summary>
    public ConnectionConditions OldConditions { get; }

    /// <summary>The newest conditions; at the end those that held last.</summary>
    public ConnectionConditions NewConditions { get; }
}
