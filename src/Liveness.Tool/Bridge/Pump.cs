using System.Buffers;

namespace Liveness.Tool.Bridge;

/// <summary>
/// One direction of a connection. The next read waits until the last write is accepted: so a slow reader slows its writer, as without a
/// bridge.
/// </summary>
internal static class Pump
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Copies until the end, and until everything has been handed over.</summary>
    public static async Task CopyAsync(Stream from, Stream to)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
            }

            await to.FlushAsync().ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
