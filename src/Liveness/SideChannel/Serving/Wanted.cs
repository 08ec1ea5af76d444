namespace Liveness.SideChannel;

/// <summary>What a client asked to watch: a tuple as this end sees it, or a key.</summary>
internal readonly record struct Wanted
{
    private readonly CompactTuple _tuple;

    public Wanted(in ConnectionTuple tuple, KeyHash? keyHash)
    {
        _tuple = new CompactTuple(tuple);
        KeyHash = keyHash;
    }

    public ConnectionTuple Tuple => _tuple.Tuple;

    public KeyHash? KeyHash { get; }
}
