using DeviceGateway;

Arguments arguments = Arguments.Parse(args);
if (arguments.Problem is not null || arguments.Help)
{
    Console.WriteLine($"{arguments.Problem}\n{Arguments.Usage}".Trim());
    return arguments.Help ? 0 : 2;
}

switch (arguments.Mode)
{
    case "devices":
        await new Devices(arguments).RunAsync();
        break;
    case "device":
        await Device.RunAsync(arguments.Port, "alone", CancellationToken.None);
        break;
    default:
        await Gateway.RunAsync(args);
        break;
}

return 0;
