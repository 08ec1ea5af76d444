using System.Globalization;

namespace Liveness;

/// <summary>How <see cref="ILivenessFactory.DrainAsync"/> went. Immutable.</summary>
public sealed class DrainResult
{
    internal DrainResult(int confirmed, int notConfirmed, int lost, int notTold, TimeSpan took)
    {
        Confirmed = confirmed;
        NotConfirmed = notConfirmed;
        Lost = lost;
        NotTold = notTold;
        Took = took;
    }

    /// <summary>How many connections there were: the sum of the others.</summary>
    public int Connections => Confirmed + NotConfirmed + Lost + NotTold;

    /// <summary>How many peers had everything, and have answered the goodbye.</summary>
    public int Confirmed { get; }

    /// <summary>How many were closed or cut off without the peer's answer to all of it.</summary>
    public int NotConfirmed { get; }

    /// <summary>How many were lost meanwhile, those among them whose peer did not answer the close in its time.</summary>
    public int Lost { get; }

    /// <summary>How many are watched from outside: nothing can be said inside of them, and they are left open for their owners.</summary>
    public int NotTold { get; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; }

    /// <summary>One line in plain words. Not for parsing: its wording may change.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Connections} connections in {Took.TotalSeconds:0.00} s: {Confirmed} confirmed, {NotConfirmed} not confirmed, {Lost} lost, "
            + $"{NotTold} not told");
}
