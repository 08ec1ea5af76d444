namespace Liveness.KeepAlive;

/// <summary>The result of applying a plan to one socket: the outcome of every setting, and the settings in force, read back from the
/// kernel.</summary>
public sealed class TcpKeepAliveResult
{
    internal TcpKeepAliveResult(TcpKeepAlivePlan plan, IReadOnlyList<TcpKeepAliveOutcome> outcomes, TcpKeepAliveSettings inForce)
    {
        Plan = plan;
        Outcomes = outcomes;
        InForce = inForce;
    }

    /// <summary>The plan that was applied.</summary>
    public TcpKeepAlivePlan Plan { get; }

    /// <summary>One outcome for every <see cref="TcpKeepAliveSetting"/>, in that order.</summary>
    public IReadOnlyList<TcpKeepAliveOutcome> Outcomes { get; }

    /// <summary>The settings that the kernel reports now. A setting that it can't report is null; it is never the requested
    /// value.</summary>
    public TcpKeepAliveSettings InForce { get; }

    /// <summary>Whether everything that was requested is applied.</summary>
    public bool IsComplete => Outcomes.All(outcome => outcome.Status is TcpKeepAliveStatus.Applied or TcpKeepAliveStatus.LeftAlone);

    /// <summary>The outcome of one setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such setting.</exception>
    public TcpKeepAliveOutcome this[TcpKeepAliveSetting setting] =>
        setting is >= TcpKeepAliveSetting.Enabled and <= TcpKeepAliveSetting.UserTimeout
        ? Outcomes[(int)setting]
        : throw new ArgumentOutOfRangeException(nameof(setting), setting, "There is no such setting.");

    /// <summary>Returns the outcomes and the settings in force, one line each.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine, Outcomes.Select(outcome => outcome.ToString()).Append($"in force: {InForce}"));
}
