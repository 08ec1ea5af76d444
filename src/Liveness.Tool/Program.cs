namespace Liveness.Tool;

internal static class Program
{
    private static Task<int> Main(string[] args) => ToolCommands.RunAsync(args, Console.Out, Console.Error);
}
