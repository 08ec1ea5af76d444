using System.Net.Sockets;
using Liveness.Kernel;

namespace Liveness.ProtocolPing;

/// <summary>The socket beneath a protocol that somebody else reads, perhaps through layers of his own: TLS, pipes, a parser.</summary>
internal sealed class PingWitness(Socket socket, bool kernelAgesCount) : ITransportWitness
{
    private SocketWitness _witness = new(socket);

    /// <summary>Asks the system: milliseconds.</summary>
    public void RememberLocalNetwork() => LocalNetwork.Remember(socket);

    public void LookAtLocalNetwork() => _witness.LookAtLocalNetwork(socket);

    public WitnessReading Read()
    {
        WitnessReading reading = _witness.Read(socket, hidesCompletedReads: true);

        // Where the kernel says when its last byte came, no layer above can hide one.
        bool kernelTells = kernelAgesCount && reading.Kernel?.SinceDataReceived is not null;
        return reading with { HidesCompletedReads = !kernelTells, HoldsBackRecords = kernelTells };
    }
}
