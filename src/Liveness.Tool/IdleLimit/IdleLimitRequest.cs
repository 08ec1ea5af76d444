using System.Net;

namespace Liveness.Tool.IdleLimit;

/// <summary>What the command line asks for.</summary>
/// <param name="Server">The other end of the path.</param>
/// <param name="MaxIdle">The longest idle time that is tried.</param>
/// <param name="Connections">How many at once, at most.</param>
/// <param name="Message">What is said to the server first, and instead of a probe; empty = no byte is sent.</param>
/// <param name="Json">For programs; otherwise for people.</param>
internal sealed record IdleLimitRequest(DnsEndPoint Server, TimeSpan MaxIdle, int Connections, ReadOnlyMemory<byte> Message, bool Json);
