using System.CommandLine;
using DeviceGateway;

ParseResult parsed = CommandLine.Parse(args, RunAsync);
bool isWrong = parsed.Errors.Count > 0;

// Ctrl+C is the host's, or the devices' own.
int code = await parsed.InvokeAsync(new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = null,
    Output = isWrong ? Console.Error : Console.Out,
});
return isWrong ? 2 : code;

Task RunAsync(Arguments arguments) => arguments.Mode switch
{
    CommandLine.Devices => new Devices(arguments).RunAsync(),
    CommandLine.Device => Device.RunAsync(arguments.Port, "alone", CancellationToken.None),
    _ => Gateway.RunAsync(args),
};
