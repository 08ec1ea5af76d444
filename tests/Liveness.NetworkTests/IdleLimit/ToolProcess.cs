using Liveness.NetworkTests.Lab;

namespace Liveness.NetworkTests.IdleLimit;

/// <summary>The command <c>liveness</c> on a host.</summary>
internal sealed class ToolProcess : LabProcess
{
    private ToolProcess(string inNamespace, string[] arguments)
        : base(inNamespace, "dotnet", [Path.Combine(AppContext.BaseDirectory, "Liveness.Tool.dll"), .. arguments])
    {
    }

    public static ToolProcess Start(NetworkLab lab, string inNamespace, params string[] arguments) =>
        lab.Own(new ToolProcess(inNamespace, arguments));

    /// <returns>What it prints on standard output, when it has ended.</returns>
    public Task<string> ReadAsync() => Output.ReadToEndAsync();
}
