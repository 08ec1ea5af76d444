namespace Fleet;

/// <summary>The command line.</summary>
/// <param name="Redis">The address of the store; null = one of its own.</param>
/// <param name="Devices">How many.</param>
/// <param name="DetectWithin">Of presence.</param>
/// <param name="PagePort">Where the page stays when the story is over; null = any port, until then.</param>
/// <param name="Prefix">Of all keys in the store.</param>
/// <param name="Gateway">The name of the gateway that this process is; null = it is the whole fleet.</param>
internal sealed record Arguments(string? Redis, int Devices, TimeSpan DetectWithin, int? PagePort, string Prefix, string? Gateway);
