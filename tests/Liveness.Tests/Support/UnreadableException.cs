namespace Liveness.Tests;

/// <summary>An exception of somebody else's making, which can't even say what it is.</summary>
internal sealed class UnreadableException : IOException
{
    public override string Message => throw new NotSupportedException("no text");
}
