using System.ComponentModel;
using System.Diagnostics;

namespace Liveness.Tool.Conformance;

/// <summary>The testee as a process. It never outlives the one who started it: a kill ends it, with its children.</summary>
internal sealed class TesteeProcess : IAsyncDisposable
{
    public const int Unsupported = 127;

    private const int MostKept = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly Queue<string> _said = new();

    private TesteeProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines that it printed.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return string.Join('\n', _said);
            }
        }
    }

    public Task ExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <exception cref="ToolException">There is no such program, or it can't be run.</exception>
    public static TesteeProcess Start(IReadOnlyList<string> command)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new TesteeProcess(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new ToolException($"The testee \"{command[0]}\" can't be started: {exception.Message}", ExitCodes.NoSuchTarget);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            Keep(exception.Message);
        }

        using CancellationTokenSource limit = new(s_patience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Keep("it does not end");
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_said)
        {
            if (line is not null)
            {
                _said.Enqueue(line);
                if (_said.Count > MostKept)
                {
                    _said.Dequeue();
                }
            }
        }
    }
}
