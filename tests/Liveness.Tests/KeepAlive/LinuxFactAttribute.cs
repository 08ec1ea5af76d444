namespace Liveness.Tests.KeepAlive;

/// <summary>A test of the Linux kernel, or of what is done on Linux only; elsewhere it is skipped, with the reason.</summary>
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
        {
            Skip = "Asks the Linux kernel, and this is another system.";
        }
    }
}
