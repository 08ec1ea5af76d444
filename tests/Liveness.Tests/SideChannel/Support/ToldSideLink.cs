using System.Net;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>A side connection that is what a test says, and keeps what is sent over it.</summary>
internal sealed class ToldSideLink(IPAddress remote) : ISideLink
{
    private readonly List<byte> _sent = [];

    public IPEndPoint? Remote { get; } = new(remote, 7001);

    public SideIdentity Peer { get; init; } = new(2, 2);

    public ConnectionLoss? Loss { get; set; }

    public TimeSpan? OutboundAge { get; set; } = TimeSpan.Zero;

    public LivenessState State { get; set; } = LivenessState.Alive;

    public TimeSpan Silence { get; set; }

    /// <summary>As <see cref="SideMessages"/> reads it.</summary>
    public string[] Sent => [.. SideMessages.Trace([.. _sent])];

    public byte[] Bytes => [.. _sent];

    public ConnectionSnapshot GetSnapshot() => new() { State = State, Silence = Silence, OutboundAge = OutboundAge };

    public void Send(ReadOnlySpan<byte> messages) => _sent.AddRange(messages);
}
