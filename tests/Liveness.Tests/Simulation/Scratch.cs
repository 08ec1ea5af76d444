namespace Liveness.Tests.Simulation;

/// <summary>Memory for one call, shared by all simulations of a thread.</summary>
internal static class Scratch
{
    [ThreadStatic]
    private static byte[]? s_buffer;

    public static byte[] Buffer => s_buffer ??= new byte[64 * 1024];
}
