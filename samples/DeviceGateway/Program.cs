using DeviceGateway;

Arguments arguments = Arguments.Parse(args);
if (arguments.Problem is not null || arguments.Help)
{
    Console.WriteLine($"{arguments.Problem}\n{Arguments.Usage}".Trim());
    return arguments.Help ? 0 : 2;
}

await (arguments.Mode switch
{
    "devices" => new Devices(arguments).RunAsync(),
    "device" => Device.RunAsync(arguments.Port, "alone", CancellationToken.None),
    _ => Gateway.RunAsync(args),
});

return 0;
