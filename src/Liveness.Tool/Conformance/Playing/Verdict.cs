namespace Liveness.Tool.Conformance;

/// <summary>What became of a case.</summary>
internal enum Verdict
{
    /// <summary>As the page says.</summary>
    Ok,

    /// <summary>Allowed, but less than the page asks for: another rule was named, a word is missing, a time is a little long.</summary>
    NonStrict,

    /// <summary>The page forbids it.</summary>
    Failed,

    /// <summary>The testee said that it does not do this: its exit code was 127.</summary>
    Unsupported,

    /// <summary>The testee was gone, for no fault of this case.</summary>
    NotPlayed,
}
