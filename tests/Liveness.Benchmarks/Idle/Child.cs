using System.Diagnostics;

namespace Liveness.Benchmarks;

/// <summary>A second process of this same program, asked line by line. It ends when its input does, so none outlives this one.</summary>
internal sealed class Child : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_patienceAtEnd = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private Child(Process process) => _process = process;

    public static Child Start(params string[] arguments)
    {
        // Under "dotnet Liveness.Benchmarks.dll" the process is dotnet, and wants the dll first.
        string program = Environment.ProcessPath ?? throw new PlatformNotSupportedException("This platform does not say which program runs, so no second one can be started.");
        string[] own = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        return new Child(Process.Start(new ProcessStartInfo(program, [.. own, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!);
    }

    public async Task<string> AskAsync(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync();
    }

    public async Task<string> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(s_patience)
            ?? throw new InvalidOperationException("The other process ended before it answered.");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(s_patienceAtEnd);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
