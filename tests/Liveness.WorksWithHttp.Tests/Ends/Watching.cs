namespace Liveness.WorksWithHttp.Tests.Ends;

internal enum Watching
{
    /// <summary>As everybody has it today.</summary>
    None,

    KernelOnly,

    InBand,
}
