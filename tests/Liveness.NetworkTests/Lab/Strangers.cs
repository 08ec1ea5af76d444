using System.Globalization;

namespace Liveness.NetworkTests.Lab;

/// <summary>Connections from a host to a port, one after the other, on which nobody says a word.</summary>
internal sealed class Strangers(string inNamespace, string address, int port, int count)
    : LabProcess(inNamespace, "bash", "-c", string.Create(CultureInfo.InvariantCulture, $"for i in $(seq {count}); do exec {{stranger}}<>/dev/tcp/{address}/{port}; done; sleep 600"));
