using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace CableLab;

/// <summary>The server, seen from the parent: a second process of this same program.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, Action<EndEvent> report)
    {
        _process = process;
        Ended = ReadEventsAsync(report);
    }

    /// <summary>Completes with the port on which the server listens, as it says it.</summary>
    public Task<string> Listening => _listening.Task;

    /// <summary>Completes when the server has said its last word, or died.</summary>
    public Task Ended { get; }

    public static ServerProcess Start(ProcessStartInfo start, Action<EndEvent> report)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        return new ServerProcess(Process.Start(start)!, report);
    }

    /// <summary>Says so before the run begins.</summary>
    /// <exception cref="PlatformNotSupportedException">This is Windows.</exception>
    public static void ThrowIfItCannotFreeze()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Windows has no SIGSTOP: this fault needs Linux or macOS.");
        }
    }

    public async Task SendAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>
    /// Stops the process for some seconds. A shell does both, so that it is continued even if this program dies meanwhile.
    /// </summary>
    /// <returns>Completes when it is stopped; the inner task, when it has been continued.</returns>
    /// <exception cref="PlatformNotSupportedException">There are no signals here, or no shell that sends them.</exception>
    public async Task<Task> FreezeAsync(int seconds)
    {
        const string Script = "kill -STOP \"$1\" && echo stopped && sleep \"$2\" && kill -CONT \"$1\"";
        string[] arguments = ["-c", Script, "freeze", Number(_process.Id), Number(seconds)];
        try
        {
            Process shell = Process.Start(new ProcessStartInfo("sh", arguments) { RedirectStandardOutput = true })!;
            return await shell.StandardOutput.ReadLineAsync() == "stopped"
                ? shell.WaitForExitAsync()
                : throw new PlatformNotSupportedException("The server process could not be stopped: \"kill -STOP\" failed.");
        }
        catch (Win32Exception exception)
        {
            throw new PlatformNotSupportedException("The server process can't be stopped here: there is no \"sh\".", exception);
        }
    }

    /// <summary>As "kill -9" does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task ReadEventsAsync(Action<EndEvent> report)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line && EndEvent.FromLine(line) is { } e && e.Kind != EndEventKind.Done)
        {
            report(e);
            if (e.Kind == EndEventKind.Listening)
            {
                _listening.TrySetResult(e.Detail!);
            }
        }

        _listening.TrySetException(new InvalidOperationException("The server process ended before it listened."));
    }
}
