namespace Liveness.SideChannel;

internal enum SideHandshakeState : byte
{
    Running,

    /// <summary>Watches may be sent.</summary>
    Ready,

    /// <summary>For good: <see cref="SideHandshake.Refusal"/> says why.</summary>
    Refused,
}
