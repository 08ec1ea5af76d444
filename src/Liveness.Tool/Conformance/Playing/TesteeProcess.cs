using System.ComponentModel;
using System.Diagnostics;

namespace Liveness.Tool.Conformance;

/// <summary>The testee as a process. It never outlives the one who started it: a kill ends it, with its children.</summary>
internal sealed class TesteeProcess : ITesteeProcess, IAsyncDisposable
{
    public const int Unsupported = 127;

    private const int MostKept = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly TimeProvider _timeProvider;
    private readonly Queue<string> _said = new();
    private readonly Task _ending;
    private volatile TesteeExit? _exit;
    private volatile bool _isEndedByUs;

    private TesteeProcess(Process process, bool isToStay, TimeProvider timeProvider)
    {
        _process = process;
        _timeProvider = timeProvider;
        IsToStay = isToStay;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _ending = Task.Run(EndAsync);
    }

    public bool IsToStay { get; }

    public TesteeExit? Exit => _exit;

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

    public Task ExitAsync(CancellationToken cancellationToken) => _ending.WaitAsync(cancellationToken);

    /// <param name="command">The program, and its arguments.</param>
    /// <param name="isToStay">It is to serve one connection after the other.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <exception cref="ToolException">There is no such program, or it can't be run.</exception>
    public static TesteeProcess Start(IReadOnlyList<string> command, bool isToStay, TimeProvider timeProvider)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new TesteeProcess(Process.Start(start)!, isToStay, timeProvider);
        }
        catch (Win32Exception exception)
        {
            throw new ToolException($"The testee \"{command[0]}\" can't be started: {exception.Message}", ExitCodes.NoSuchTarget);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isEndedByUs = true;
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
            await _ending.WaitAsync(limit.Token).ConfigureAwait(false);
            _process.Dispose();
        }
        catch (OperationCanceledException)
        {
            Keep("it does not end");
        }
    }

    private async Task EndAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _exit = _isEndedByUs ? null : new TesteeExit(_process.ExitCode, _timeProvider.GetTimestamp(), Said);
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
