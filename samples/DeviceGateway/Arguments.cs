namespace DeviceGateway;

/// <summary>What the command line asks for. Everything else stands in appsettings.json.</summary>
/// <param name="Mode">See <see cref="CommandLine"/>.</param>
/// <param name="Count">How many devices.</param>
/// <param name="Cut">So many of them lose their cable.</param>
/// <param name="Freeze">So many are stopped.</param>
/// <param name="Kill">So many are killed.</param>
/// <param name="Slow">So many never read.</param>
/// <param name="Old">So many speak no Liveness.</param>
/// <param name="After">Seconds until the damage is done.</param>
/// <param name="For">Seconds until all go.</param>
/// <param name="Port">Of the gateway.</param>
internal sealed record Arguments(
    string Mode, int Count, int Cut, int Freeze, int Kill, int Slow, int Old, int After, int For, int Port);
