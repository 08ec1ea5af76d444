using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Liveness.NetworkTests.Lab;

/// <summary>A process in a namespace. It ends with the lab at the latest.</summary>
internal class LabProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();

    protected LabProcess(string inNamespace, string program, params string[] arguments)
    {
        // "ip netns exec" becomes the program: the process id stays.
        ProcessStartInfo start = new("ip", ["netns", "exec", inNamespace, program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        _process = Process.Start(start) ?? throw new Win32Exception("There is no \"ip\".");
        _process.ErrorDataReceived += (_, e) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(e.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    protected StreamReader Output => _process.StandardOutput;

    protected StreamWriter Input => _process.StandardInput;

    /// <summary>Started in a lab, which owns it.</summary>
    public static LabProcess Start(NetworkLab lab, string inNamespace, string program, params string[] arguments) =>
        lab.Own(new LabProcess(inNamespace, program, arguments));

    /// <summary>SIGSTOP: no instruction of it runs any more, while its kernel goes on.</summary>
    public Task<long> StopAsync() => SignalAsync("STOP");

    public Task<long> ContinueAsync() => SignalAsync("CONT");

    public Task<long> KillAsync() => SignalAsync("KILL");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().WaitAsync(s_patience);
        _process.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task<long> SignalAsync(string signal)
    {
        await Shell.RunAsync($"kill -{signal} {_process.Id}");
        return Stopwatch.GetTimestamp();
    }
}
