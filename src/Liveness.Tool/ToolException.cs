namespace Liveness.Tool;

/// <summary>A command can't go on. The message is one plain sentence for people, and the exit code says which kind it is.</summary>
internal sealed class ToolException(string message, int exitCode) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
