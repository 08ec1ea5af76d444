using System.Collections.Concurrent;

namespace Liveness.NetworkTests.Peer;

/// <summary>Writes events to standard output from a thread of its own: tests block the pool.</summary>
internal sealed class Reporter
{
    private readonly BlockingCollection<PeerEvent> _events = [];
    private readonly Thread _thread;

    public Reporter()
    {
        _thread = new Thread(Write) { IsBackground = true, Name = "reporter" };
        _thread.Start();
    }

    public void Report(PeerEvent happened)
    {
        if (!_events.IsAddingCompleted)
        {
            _events.Add(happened);
        }
    }

    /// <summary>Returns when all has been written.</summary>
    public void Complete()
    {
        _events.CompleteAdding();
        _thread.Join();
    }

    private void Write()
    {
        using StreamWriter output = new(Console.OpenStandardOutput());
        foreach (PeerEvent happened in _events.GetConsumingEnumerable())
        {
            output.WriteLine(happened.ToLine());
            output.Flush();
        }
    }
}
