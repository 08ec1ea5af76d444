using System.Net;
using Liveness.SideChannel;

namespace Liveness.Tests;

internal static class SideTuples
{
    public static ConnectionTuple Of(string local, int localPort, string remote, int remotePort)
    {
        return ConnectionTuple.TryCreate(new IPEndPoint(IPAddress.Parse(local), localPort), new IPEndPoint(IPAddress.Parse(remote), remotePort), out ConnectionTuple tuple)
            ? tuple
            : throw new InvalidOperationException("These are IP endpoints.");
    }
}
