using Liveness.KeepAlive;

namespace Liveness.Tests.DependencyInjection;

/// <summary>
/// A socket in memory: what was put in force on it, one thread at a time, and what happens in the middle of its system calls.
/// </summary>
internal sealed class HookedKeepAliveSocket : IKeepAliveSocket
{
    private int _callsUnderWay;

    public bool IsTcp { get; init; } = true;

    /// <summary>In the order in which it came into force.</summary>
    public List<string> InForce { get; } = [];

    /// <summary>Called once, in the middle of the next change, before it is in force.</summary>
    public Action? WhileApplying { get; set; }

    /// <summary>Called once, in the middle of the next look.</summary>
    public Action? WhileReading { get; set; }

    public TimeSpan? Silence { get; set; } = TimeSpan.Zero;

    /// <summary>The kernel tells nothing any more.</summary>
    public bool IsGone { get; set; }

    public int Looks { get; private set; }

    /// <summary>Thrown in place of a change.</summary>
    public Exception? Refusal { get; set; }

    public TcpKeepAliveSettings Apply(TcpKeepAlivePlan plan)
    {
        Call(WhileApplying, () => WhileApplying = null);
        if (Refusal is not null)
        {
            throw Refusal;
        }

        InForce.Add(TextOf(plan));
        return TcpKeepAliveSettings.Unknown;
    }

    public bool TryReadSilence(out TimeSpan? silence)
    {
        Looks++;
        Call(WhileReading, () => WhileReading = null);
        silence = Silence;
        return !IsGone;
    }

    private static string TextOf(TcpKeepAlivePlan plan) =>
        !plan.Enabled ? "off"
        : plan.UserTimeout is { } userTimeout && userTimeout != Timeout.InfiniteTimeSpan ? $"all for {userTimeout.TotalSeconds:0} s"
        : $"probes for {plan.Idle!.Value.TotalSeconds + (plan.ProbeCount!.Value * plan.Interval!.Value.TotalSeconds):0} s";

    private void Call(Action? hook, Action forget)
    {
        Interlocked.Increment(ref _callsUnderWay).Should().Be(1, "one thread at a time changes a socket or asks it");
        forget();
        hook?.Invoke();
        Interlocked.Decrement(ref _callsUnderWay);
    }
}
