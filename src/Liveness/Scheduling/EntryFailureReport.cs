using System.Diagnostics;

namespace Liveness;

/// <summary>Tells the trace listeners that an entry threw. A work item, because listeners are foreign code and may block.</summary>
internal sealed class EntryFailureReport(Exception exception) : IThreadPoolWorkItem
{
    void IThreadPoolWorkItem.Execute() =>
        Trace.TraceError("Liveness: a scheduled entry failed; it is called again in a second. {0}", exception);
}
