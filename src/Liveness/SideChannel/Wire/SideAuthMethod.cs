namespace Liveness.SideChannel;

/// <summary>How the two ends of a side connection prove to each other who they are.</summary>
internal enum SideAuthMethod : byte
{
    /// <summary>Not at all, or by TLS.</summary>
    None = 0,
    SharedSecret = 1,
}
