using Liveness.KeepAlive;
using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>Sessions that are about to be closed.</summary>
internal static class ClosingSessions
{
    /// <summary>Open, with no beat waiting to be sent for the next 700 ms.</summary>
    public static SessionPair Quiet()
    {
        SessionPair pair = SessionPair.Open();
        pair.Run(0, 40);
        return pair;
    }

    public static WitnessReading Acknowledged(ulong bytes) =>
        new(0, HidesCompletedReads: false, ReadNotParsed: false) { Kernel = new TcpInfoSnapshot { BytesAcknowledged = (long)bytes } };

    public static SessionEnd Greeted(ulong credit = 65_536, HeartbeatOptions? options = null)
    {
        SessionEnd end = new(options);
        Greet(end, credit);
        return end;
    }

    public static void Greet(SessionEnd end, ulong credit)
    {
        end.Start(0);
        end.Take(0);
        end.Receive(1, PeerFrames.Hello(PeerFrames.GoodHello with { FirstCredit = credit }));
        end.Take(1);
    }
}
