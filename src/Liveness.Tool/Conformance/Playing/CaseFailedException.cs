namespace Liveness.Tool.Conformance;

/// <summary>The testee did what it must not, or did not what it must.</summary>
/// <param name="message">What.</param>
/// <param name="mayBeTime">A machine that was busy may have been the reason: it is worth another try.</param>
internal sealed class CaseFailedException(string message, bool mayBeTime) : Exception(message)
{
    public bool MayBeTime => mayBeTime;
}
