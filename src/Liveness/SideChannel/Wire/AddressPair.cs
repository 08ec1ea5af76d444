namespace Liveness.SideChannel;

/// <summary>
/// The addresses of both ends, without the ports. An object that many share: the connections of one side channel go from one host to
/// another, as a rule.
/// </summary>
internal sealed record AddressPair(UInt128 Local, UInt128 Remote)
{
    /// <summary>A power of two.</summary>
    private const int Places = 256;

    /// <summary>The newest of each place; whoever loses a place to another is made anew. No lock: a reference is read and written whole.
    /// </summary>
    private static readonly AddressPair?[] s_newest = new AddressPair?[Places];

    /// <summary>Mostly one that is there already.</summary>
    public static AddressPair Of(UInt128 local, UInt128 remote)
    {
        ref AddressPair? place = ref s_newest[HashCode.Combine(local, remote) & (Places - 1)];
        AddressPair? known = Volatile.Read(ref place);
        if (known is null || known.Local != local || known.Remote != remote)
        {
            known = new AddressPair(local, remote);
            Volatile.Write(ref place, known);
        }

        return known;
    }
}
