using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Liveness.NetworkTests.Lab;

/// <summary>The peer of samples/PythonPeer, in a process of its own: it sends back what comes, and says a line for whatever happens.</summary>
internal sealed class PythonPeer : IAsyncDisposable
{
    public const string Python = "python3";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private static readonly string s_program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../../samples/PythonPeer/peer.py"));

    private readonly Process _process;
    private readonly Lock _lock = new();
    private readonly List<(string Text, long At)> _lines = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PythonPeer(string? inNamespace, string[] arguments)
    {
        Prerequisites.Demand(Python);
        string[] command = [Python, s_program, .. arguments];
        string[] whole = inNamespace is null ? command : ["ip", "netns", "exec", inNamespace, .. command];
        ProcessStartInfo start = new(whole[0], whole[1..]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH") + ":/usr/sbin:/sbin";
        _process = Process.Start(start) ?? throw new Win32Exception($"There is no \"{whole[0]}\".");
        _process.OutputDataReceived += (_, e) => Add(e.Data);
        _process.ErrorDataReceived += (_, e) => Add(e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens, once it does.</summary>
    public int Port { get; private set; }

    /// <param name="inNamespace">Null = where this process is.</param>
    /// <param name="arguments">Behind "listen PORT".</param>
    public static async Task<PythonPeer> ListenAsync(string? inNamespace = null, params string[] arguments)
    {
        PythonPeer peer = new(inNamespace, ["listen", "0", "--host", "0.0.0.0", .. arguments]);
        string said = (await peer.SaidAsync("listening on ")).Text;
        peer.Port = int.Parse(said[(said.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
        return peer;
    }

    public static PythonPeer Connect(int port, params string[] arguments) =>
        new(null, ["connect", "127.0.0.1", port.ToString(CultureInfo.InvariantCulture), .. arguments]);

    /// <summary>Waits until it has said that, and returns the line and when it came.</summary>
    public async Task<(string Text, long At)> SaidAsync(string what)
    {
        using CancellationTokenSource limit = new(s_patience);
        while (true)
        {
            Task news;
            lock (_lock)
            {
                int found = _lines.FindIndex(line => line.Text.Contains(what, StringComparison.Ordinal));
                if (found >= 0)
                {
                    return _lines[found];
                }

                news = _news.Task;
            }

            try
            {
                await news.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"It has not said \"{what}\", but: {Transcript}");
            }
        }
    }

    /// <returns>When.</returns>
    public async Task<long> SignalAsync(string signal)
    {
        await Shell.RunAsync($"kill -{signal} {_process.Id}");
        return Stopwatch.GetTimestamp();
    }

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return _process.ExitCode;
    }

    public string Transcript
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lines.Select(line => line.Text));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().WaitAsync(s_patience);
        _process.Dispose();
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        TaskCompletionSource news;
        lock (_lock)
        {
            _lines.Add((line, Stopwatch.GetTimestamp()));
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.TrySetResult();
    }
}
