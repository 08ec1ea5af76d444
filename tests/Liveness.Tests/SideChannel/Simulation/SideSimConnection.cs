using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>A data connection between the two hosts, and the path that it takes.</summary>
internal sealed class SideSimConnection(ConnectionTuple client, WitnessPlan plan, Instant now)
{
    public SideSimKernel Client { get; } = new(client, plan, now);

    public SideSimKernel Server { get; } = new(client.Swap(), plan, now);

    public bool PathIsUp { get; set; } = true;

    public SideSimKernel At(bool isClient) => isClient ? Client : Server;
}
