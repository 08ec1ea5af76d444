using Liveness.AspNetCore.Tests.ForeignCode;

namespace Liveness.AspNetCore.Tests;

/// <summary>Besides the tests: whole lives in a process of their own, which what is thrown on any of its threads would end.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args)
        {
            case [LivesUnderThrowingLoggers.Command]:
                return await LivesUnderThrowingLoggers.RunAsync();
            case [EndAfterALoss.Command, string way]:
                return await EndAfterALoss.RunAsync(Enum.Parse<LastAct>(way));
            case [BlockedHandlers.Command]:
                return await BlockedHandlers.RunAsync();
            default:
                await Console.Error.WriteLineAsync("A program for its own tests: dotnet test tests/Liveness.AspNetCore.Tests");
                return 2;
        }
    }
}
