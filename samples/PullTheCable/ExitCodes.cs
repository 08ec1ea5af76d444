namespace PullTheCable;

internal static class ExitCodes
{
    /// <summary>Both ends said the right thing in time.</summary>
    public const int Right = 0;

    /// <summary>They did not, or the run took too long.</summary>
    public const int Wrong = 1;

    public const int BadArguments = 2;

    /// <summary>This platform can't produce the fault.</summary>
    public const int CannotDoThis = 3;
}
