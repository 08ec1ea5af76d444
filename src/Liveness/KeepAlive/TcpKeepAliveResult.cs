namespace Liveness.KeepAlive;

/// <summary>What became of a plan on one socket: every setting's outcome, and what is in force, read back from the kernel.</summary>
public sealed class TcpKeepAliveResult
{
    internal TcpKeepAliveResult(TcpKeepAlivePlan plan, IReadOnlyList<TcpKeepAliveOutcome> outcomes, TcpKeepAliveSettings inForce)
    {
        Plan = plan;
        Outcomes = outcomes;
        InForce = inForce;
    }

    /// <summary>What was to be applied.</summary>
    public TcpKeepAlivePlan Plan { get; }

    /// <summary>One outcome for every <see cref="TcpKeepAliveSetting"/>, in that order.</summary>
    public IReadOnlyList<TcpKeepAliveOutcome> Outcomes { get; }

    /// <summary>What the kernel says it has now; null where it can't be asked. Never a value that was merely requested.</summary>
    public TcpKeepAliveSettings InForce { get; }

    /// <summary>True where everything that was asked for is applied.</summary>
    public bool IsComplete => Outcomes.All(outcome => outcome.Status is TcpKeepAliveStatus.Applied or TcpKeepAliveStatus.LeftAlone);

    /// <summary>The outcome of one setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such setting.</exception>
    public TcpKeepAliveOutcome this[TcpKeepAliveSetting setting] =>
        setting is >= TcpKeepAliveSetting.Enabled and <= TcpKeepAliveSetting.UserTimeout
        ? Outcomes[(int)setting]
        : throw new ArgumentOutOfRangeException(nameof(setting), setting, "There is no such setting.");

    /// <summary>The outcomes and what is in force, one line each.</summary>
    public override string ToString() =>
        string.Join(Environment.NewLine, Outcomes.Select(outcome => outcome.ToString()).Append($"in force: {InForce}"));
}
