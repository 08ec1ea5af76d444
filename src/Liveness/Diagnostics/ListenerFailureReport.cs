using System.Diagnostics;

namespace Liveness;

/// <summary>Tells the trace listeners that a listener of metrics threw. A work item, because trace listeners are foreign code, too, and may block.</summary>
internal sealed class ListenerFailureReport(Exception exception) : IThreadPoolWorkItem
{
    void IThreadPoolWorkItem.Execute() =>
        Trace.TraceError("Liveness: a listener of metrics or a meter factory failed; further failures of it are not reported. {0}", exception);
}
