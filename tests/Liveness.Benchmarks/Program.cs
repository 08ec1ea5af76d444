using System.CommandLine;
using Liveness.Benchmarks;

const int BadArguments = 2;

Statistics.Check();
ParseResult parsed = BenchmarkCommands.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    await parsed.InvokeAsync(new InvocationConfiguration { Output = Console.Error });
    return BadArguments;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (FormatException exception)
{
    Console.Error.WriteLine(exception.Message);
    return BadArguments;
}
