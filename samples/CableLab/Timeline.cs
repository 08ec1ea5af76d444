using System.Diagnostics;
using System.Globalization;

namespace CableLab;

/// <summary>
/// Prints what happened at both ends in the order in which it happened. Lines wait a moment, for what the other process reports late.
/// </summary>
public sealed class Timeline : IAsyncDisposable
{
    private const string Indent = "                    ";

    private static readonly TimeSpan s_hold = TimeSpan.FromMilliseconds(150);

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(string Who, string Text, long At), (long At, int Order)> _waiting = new();
    private readonly PeriodicTimer _timer = new(s_hold / 5);
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly bool _coloured = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    private readonly Task _printing;
    private int _order;

    public Timeline() => _printing = PrintAsync();

    /// <summary>Now.</summary>
    public void Add(string who, string text) => Add(who, text, Stopwatch.GetTimestamp());

    /// <param name="who">The end.</param>
    /// <param name="text">What happened; further lines are indented.</param>
    /// <param name="timestamp">When, by <see cref="Stopwatch"/>.</param>
    public void Add(string who, string text, long timestamp)
    {
        lock (_lock)
        {
            _waiting.Enqueue((who, text, timestamp), (timestamp, _order++));
        }
    }

    /// <summary>Prints all that waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _printing;
        Print(long.MaxValue);
    }

    private async Task PrintAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            Print(Stopwatch.GetTimestamp() - (long)(s_hold.TotalSeconds * Stopwatch.Frequency));
        }
    }

    private void Print(long until)
    {
        lock (_lock)
        {
            while (_waiting.TryPeek(out (string Who, string Text, long At) line, out _) && line.At <= until)
            {
                _waiting.Dequeue();
                string time = Stopwatch.GetElapsedTime(_started, line.At).TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
                string text = line.Text.ReplaceLineEndings("\n").Replace("\n", "\n" + Indent, StringComparison.Ordinal);
                string kind = text.StartsWith("LOST", StringComparison.Ordinal) ? "lost" : "";
                Console.WriteLine($"{time,9}  {Paint(line.Who.PadRight(9), line.Who)}{Paint(text, kind)}");
            }
        }
    }

    private string Paint(string text, string kind)
    {
        int colour = kind switch
        {
            "client" => 36,
            "server" => 32,
            "network" => 33,
            "lost" => 31,
            _ => 0,
        };
        return _coloured && colour != 0 ? $"\e[{colour}m{text}\e[0m" : text;
    }
}
