namespace Liveness;

/// <summary>
/// As <see cref="InvalidOperationException"/>, told from all others: what is wrapped by somebody else must not be closed because of it.
/// </summary>
internal sealed class AlreadyWrappedException(string message) : InvalidOperationException(message);
