using System.Diagnostics;

namespace Liveness;

/// <summary>
/// Tells the trace listeners what code of others threw, where no logger is left to be told. They are code of others, too: so on the queue,
/// and with a net of its own.
/// </summary>
internal sealed class ForeignFailure(string what, Exception exception) : IThreadPoolWorkItem
{
    /// <summary>On the caller's thread.</summary>
    public static void Trace(string what, Exception exception)
    {
        try
        {
            System.Diagnostics.Trace.TraceError("Liveness: {0}. {1}", what, exception);
        }
        catch (Exception failure)
        {
            // Nobody is left to be told but a debugger.
            Debug.WriteLine(failure.GetType());
        }
    }

    void IThreadPoolWorkItem.Execute() => Trace(what, exception);
}
