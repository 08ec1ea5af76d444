using Xunit.Abstractions;

namespace Liveness.Ci.Wine;

/// <summary>For what the framework says about itself.</summary>
internal sealed class NullMessages : LongLivedMarshalByRefObject, IMessageSink
{
    public bool OnMessage(IMessageSinkMessage message) => true;
}
