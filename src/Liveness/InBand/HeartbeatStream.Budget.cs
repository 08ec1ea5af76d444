namespace Liveness;

/// <content>What all streams of the process share.</content>
public sealed partial class HeartbeatStream
{
    /// <summary>By how much the receive windows of all connections of this process together may grow beyond their
    /// <see cref="HeartbeatOptions.ReceiveWindow"/>, in bytes.
    /// With ReceiveWindow x connections it is the most memory that unread data can ever take.</summary>
    /// <value>
    /// At least 1 MiB; default 256 MiB. When it is used up, connections keep the window that they have, and work at that speed.
    /// </value>
    /// <remarks>May be set at any time, from any thread. A smaller value takes nothing back; it stops further growth. A connection returns
    /// its part when it ends,
    /// and when the peer has used what was granted after some time without traffic.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1 MiB.</exception>
    public static long UnreadBudget
    {
        get => Liveness.UnreadBudget.Shared.Limit;
        set
        {
            if (value < HeartbeatDefaults.MinUnreadBudget)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value,
                    FormattableString.Invariant($"UnreadBudget is {value} bytes, but must be at least {HeartbeatDefaults.MinUnreadBudget} (1 MiB). The default is {HeartbeatDefaults.UnreadBudget}."));
            }

            Liveness.UnreadBudget.Shared.Limit = value;
        }
    }
}
