using Liveness;
using Liveness.Testing;

namespace Snippets;

/// <summary>The type says how a loss was observed; keep a default arm, for new kinds may come.</summary>
internal static class TellLossesApart
{
    public static void Run()
    {
        ConnectionLoss[] losses =
            [Losses.HeartbeatTimedOut(), Losses.ConnectionReset(), Losses.PeerNotLiveness("220 mail ready\r\n"u8.ToArray())];
        foreach (ConnectionLoss loss in losses)
        {
            Console.WriteLine(Describe(loss));
        }
    }

    private static string Describe(ConnectionLoss loss) => loss switch
    {
        HeartbeatTimedOut h => $"silent for {h.Silence.TotalSeconds} s, {h.MissedBeats} beats missed: {h.Diagnosis} ({h.Certainty})",
        ConnectionReset => $"reset: {loss.Diagnosis}",
        _ => loss.ToString(),
    };
}
