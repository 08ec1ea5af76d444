namespace Liveness.KeepAlive;

/// <summary>Kernels that behave differently with the same values.</summary>
internal enum KeepAliveKernel
{
    Unknown = 0,
    Linux = 1,
    Windows = 2,
    MacOS = 3,
    FreeBsd = 4,
}
