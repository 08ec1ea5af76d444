using Liveness.NetworkTests.Lab;

namespace Liveness.NetworkTests.Doctor;

/// <summary>A Python program in one of its roles.</summary>
internal sealed class StageProcess : LabProcess
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly string s_script = Path.Combine(AppContext.BaseDirectory, "Doctor", "stage.py");

    private StageProcess(string inNamespace, string role)
        : base(inNamespace, "python3", s_script, role, NetworkLab.ServerAddress)
    {
    }

    /// <returns>When it has done what its role is.</returns>
    public static async Task<StageProcess> StartAsync(NetworkLab lab, string inNamespace, string role)
    {
        StageProcess process = lab.Own(new StageProcess(inNamespace, role));
        if (role != "serve")
        {
            string? line = await process.Output.ReadLineAsync().WaitAsync(s_patience);
            (line ?? process.Errors).Should().Be("ready", $"of {role}");
        }

        return process;
    }
}
