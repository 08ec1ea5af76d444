using CableLab;

namespace Fleet;

/// <summary>Three gateways, 300 devices and one view over all of them, while gateways die, lose the store and are deployed anew.</summary>
internal static class Program
{
    private static Task<int> Main(string[] args) =>
        LabProgram.RunAsync(CommandLine.Parse(args), parsed => RunAsync(CommandLine.Read(parsed)));

    private static async Task<int> RunAsync(Arguments arguments)
    {
        if (arguments.Gateway is { } gateway)
        {
            await Gateway.RunAsync(gateway, arguments);
            return ExitCodes.Right;
        }

        using Store store = Store.Open(arguments.Redis);
        await using Story story = await Story.BeginAsync(arguments with { Redis = store.Address });
        return await story.TellAsync() ? ExitCodes.Right : ExitCodes.Wrong;
    }
}
