namespace CableLab;

public static class ExitCodes
{
    /// <summary>Both ends said the right thing in time.</summary>
    public const int Right = 0;

    /// <summary>They did not, or the run took too long.</summary>
    public const int Wrong = 1;

    public const int BadArguments = 2;

    /// <summary>This platform can't produce the fault.</summary>
    public const int CannotDoThis = 3;

    /// <summary>--real lacks something: Linux, root, iproute2, or the right to make network namespaces.</summary>
    public const int CannotLayCable = 4;

    /// <summary>Ctrl+C, as shells number it; only --real, which tidies up first.</summary>
    public const int Interrupted = 130;
}
