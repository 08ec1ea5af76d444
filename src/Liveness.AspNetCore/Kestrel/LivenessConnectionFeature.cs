namespace Liveness.AspNetCore;

internal sealed class LivenessConnectionFeature(LivenessConnection connection) : ILivenessConnectionFeature
{
    public LivenessConnection Connection => connection;
}
