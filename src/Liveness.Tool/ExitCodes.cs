namespace Liveness.Tool;

/// <summary>The same for every command; each says in its help what they mean there.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>The command ran, and what it looked for is there: a problem, a failed case.</summary>
    public const int Found = 1;

    public const int BadArguments = 2;

    /// <summary>This system, or this kernel, can't do it.</summary>
    public const int NotHere = 3;

    /// <summary>What was to be looked at does not exist, or may not be looked at.</summary>
    public const int NoSuchTarget = 4;

    /// <summary>Nothing was found, but something that was to be looked at could not be seen.</summary>
    public const int Partial = 5;

    /// <summary>The one that shells give for Ctrl+C.</summary>
    public const int Interrupted = 130;
}
