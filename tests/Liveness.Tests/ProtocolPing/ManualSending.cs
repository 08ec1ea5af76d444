using System.Threading.Tasks.Sources;

namespace Liveness.Tests.ProtocolPing;

/// <summary>A send that ends when the test says so, on the test's thread, and can be used again.</summary>
internal sealed class ManualSending : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    public ValueTask Begin()
    {
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    public void End() => _core.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
