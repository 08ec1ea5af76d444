namespace Liveness.Tool.Doctor;

/// <summary>What a look has not seen, a plain sentence each. Pure.</summary>
internal sealed class Unseen
{
    private readonly List<string> _texts = [];

    public IReadOnlyList<string> Texts => _texts;

    /// <summary>Something that was asked for is missing: that nothing was found says little.</summary>
    public bool IsPartial { get; private set; }

    /// <summary>What nobody asked for, or what is missing for everybody without root: only names.</summary>
    public void AddLimit(string text) => _texts.Add(text);

    /// <summary>What was asked for.</summary>
    public void AddMissing(string text)
    {
        _texts.Add(text);
        IsPartial = true;
    }

    /// <param name="where">Whose sockets they are, such as "of this machine".</param>
    public void AddMissingOf(SocketTable table, string where)
    {
        if (table.WasMalformed)
        {
            AddMissing($"some sockets {where}: the kernel's list has parts that can't be read");
        }

        if (table.WasInterrupted)
        {
            AddMissing($"some sockets {where}: its list changed while it was read, each of {SocketTable.Tries} times; look again");
        }

        if (table.WithoutNumbers > 0)
        {
            AddMissing($"how {Words.Number(table.WithoutNumbers)} connections {where} fare: the kernel tells no numbers of them");
        }
    }

    public void AddMissingOf(ProcessTable processes)
    {
        if (processes.Failed > 0)
        {
            AddMissing(
                $"the sockets of {Words.Number(processes.Failed)} processes: their descriptors can't be listed ({processes.Failure})");
        }
    }
}
