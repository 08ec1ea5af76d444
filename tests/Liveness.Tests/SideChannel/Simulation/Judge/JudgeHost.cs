using System.Net;

namespace Liveness.Tests;

/// <summary>A machine with an address.</summary>
internal sealed class JudgeHost(string address)
{
    public IPAddress Address { get; } = IPAddress.Parse(address);

    public bool IsUp { get; set; } = true;
}
