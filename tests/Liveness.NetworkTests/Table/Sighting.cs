using System.Diagnostics;
using Liveness.NetworkTests.Peer;

namespace Liveness.NetworkTests.Table;

/// <summary>What one client noticed of a fault, and how long after it; no time where it noticed nothing while it was watched.</summary>
internal sealed record Sighting(string What, TimeSpan? After)
{
    /// <summary>How long each fault is watched.</summary>
    public static readonly TimeSpan Watched = TimeSpan.FromSeconds(20);

    public static readonly Sighting Nothing = new("nothing", null);

    public static Sighting Of(PeerEvent? first, long since)
    {
        if (first is null)
        {
            return Nothing;
        }

        string what = first switch
        {
            { Loss: { } loss } => $"`{loss.Type}`: `{loss.Diagnosis}`{(loss.Certainty == LossCertainty.Ambiguous ? "?" : "")}",
            { Kind: PeerEventKind.End } => "end of stream",
            _ => first.Text!.Split(": ") is [var call, var error] ? $"`{error}` from a {call}" : first.Text!,
        };
        // Whoever kills a process may read the clock after its peer has.
        TimeSpan after = Stopwatch.GetElapsedTime(since, first.At);
        return new Sighting(what, after > TimeSpan.Zero ? after : TimeSpan.Zero);
    }
}
