using System.Globalization;

namespace Liveness;

/// <summary>The result of <see cref="ILivenessFactory.DrainAsync"/>. Immutable.</summary>
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

    /// <summary>The number of connections: the sum of the other counts.</summary>
    public int Connections => Confirmed + NotConfirmed + Lost + NotTold;

    /// <summary>The number of peers that received everything and answered the goodbye.</summary>
    public int Confirmed { get; }

    /// <summary>The number of connections that were closed or cut off before the peer had confirmed everything.</summary>
    public int NotConfirmed { get; }

    /// <summary>The number of connections that were lost during the drain, including those whose peer didn't answer the close in
    /// time.</summary>
    public int Lost { get; }

    /// <summary>The number of connections in the other modes, which can't carry a message. They stay open for their owners.</summary>
    public int NotTold { get; }

    /// <summary>The time that the drain took.</summary>
    public TimeSpan Took { get; }

    /// <summary>Returns one line in plain words. Don't parse it: its wording may change.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Connections} connections in {Took.TotalSeconds:0.00} s: {Confirmed} confirmed, {NotConfirmed} not confirmed, {Lost} lost, "
            + $"{NotTold} not told");
}
