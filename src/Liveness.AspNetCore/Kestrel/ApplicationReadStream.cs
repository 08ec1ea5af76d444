using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace Liveness.AspNetCore;

/// <summary>
/// What the application's reader reads. While the application runs, only an abort of our own disposes the connection, and of that Kestrel's
/// readers know another exception.
/// </summary>
internal sealed class ApplicationReadStream(Stream inner) : ForwardOnlyStream
{
    public override bool CanWrite => false;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException failure)
        {
            throw new ConnectionAbortedException("The connection was aborted at this end.", failure);
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        try
        {
            return inner.Read(buffer, offset, count);
        }
        catch (ObjectDisposedException failure)
        {
            throw new ConnectionAbortedException("The connection was aborted at this end.", failure);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
