using System.Globalization;
using Liveness;
using Liveness.KeepAlive;

namespace Staged;

internal sealed class Durations
{
    public static HeartbeatOptions Parsed() => new()
    {
        DetectWithin = TimeSpan.Parse("00:00:30", CultureInfo.InvariantCulture),
        HandshakeTimeout = TimeSpan.FromSeconds(10),
        StalledAfter = TimeSpan.FromDays(2),
    };

    public static void Configure(LivenessOptions options, HeartbeatStream stream, string given)
    {
        options.DetectWithin = TimeSpan.Parse(given, CultureInfo.InvariantCulture);
        options.KeepAlive.IdleLimit = TimeSpan.FromDays(3);
        options.SideChannel.Client.Linger = TimeSpan.FromDays(1);
        stream.ChangeDetectWithin(TimeSpan.FromSeconds(5));
        TimeSpan own = TimeSpan.FromDays(30);
        Console.WriteLine(own);
    }
}
