using System.Globalization;
using Liveness;
using Liveness.KeepAlive;
using Liveness.SideChannel;

namespace Staged;

internal sealed class BareDays
{
    public static HeartbeatOptions Parsed() => new()
    {
        DetectWithin = TimeSpan.Parse("30", CultureInfo.InvariantCulture), // LIV008
        HandshakeTimeout = new TimeSpan(10, 0, 0, 0), // LIV008
    };

    public static void Configure(LivenessOptions options, HeartbeatStream stream)
    {
        options.DetectWithin = TimeSpan.FromDays(30); // LIV008
        options.KeepAlive.IdleLimit = TimeSpan.Parse("60"); // LIV008
        options.SideChannel.Client.Linger = TimeSpan.FromDays(2); // LIV008
        stream.ChangeDetectWithin(TimeSpan.FromDays(5)); // LIV008
    }
}
