namespace Bridge;

internal static class ExitCodes
{
    /// <summary>Ended because it was told to.</summary>
    public const int Ended = 0;

    public const int CannotListen = 1;

    public const int BadArguments = 2;
}
