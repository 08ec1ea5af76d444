namespace Liveness;

/// <summary>A write or flush that waits: its place in a <see cref="WriterLine"/>, and what wakes it.</summary>
internal sealed class WaitingWriter(WorkQueue queue) : AsyncSignal(queue)
{
    /// <summary>In its line. Of the line, under the lock.</summary>
    public WaitingWriter? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public WaitingWriter? Previous { get; set; }

    /// <summary>The line that it stands in; null = in none, and what it waited for has come. Of the line, under the lock.</summary>
    public WriterLine? Line { get; set; }

    /// <summary>Of a flush that has had its turn: it waits until DATA is handed over up to here. Under the lock.</summary>
    public ulong FlushedUpTo { get; set; }
}
