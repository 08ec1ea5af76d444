namespace Liveness;

/// <summary>How a window has come to its size, and what it holds of the process's budget: what a connection needs that has received data,
/// and an idle one does not.</summary>
/// <remarks>A part of its <see cref="CreditWindow"/>, which alone uses it.</remarks>
internal sealed class CreditGrowth(UnreadBudget budget)
{
    public UnreadBudget Budget => budget;

    /// <summary>Mutable: used in place, never copied.</summary>
    public CreditRound Round = new();

    /// <summary>Bytes of the budget.</summary>
    public int Held;

    /// <summary>Since when no data has come; where the window has shrunk since, since then.</summary>
    public Instant QuietSince;
}
