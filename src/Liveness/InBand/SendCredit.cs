namespace Liveness;

/// <summary>The sending side of credit: how much DATA the peer still lets us send.</summary>
/// <remarks>A struct in its session, which hands it out by reference. Never copy it.</remarks>
internal struct SendCredit
{
    /// <summary>How much it still lets us send; at most <see cref="WireLimits.MaxCreditAhead"/>.</summary>
    private uint _left;
    private uint _first;

    /// <summary>DATA payload bytes handed to the transport.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Up to, and without, this offset the peer lets us send.</summary>
    public ulong Limit => Sent + _left;

    /// <summary>As far as a CREDIT may reach now.</summary>
    public ulong Furthest => Sent + WireLimits.MaxCreditAhead;

    public int Available => (int)_left;

    /// <summary>What the peer's HELLO allowed.</summary>
    public ulong First => _first;

    public void Open(ulong firstCredit) => _first = _left = (uint)firstCredit;

    public ProtocolRule Raise(ulong offset)
    {
        if (offset <= Limit)
        {
            return ProtocolRule.CreditNotRaised;
        }

        if (offset > Furthest)
        {
            return ProtocolRule.CreditTooFarAhead;
        }

        _left = (uint)(offset - Sent);
        return ProtocolRule.None;
    }

    public void Spend(int length)
    {
        Sent += (ulong)length;
        _left -= (uint)length;
    }

    /// <summary>Takes back what was spent and never handed over.</summary>
    public void Refund(int length)
    {
        Sent -= (ulong)length;
        _left += (uint)length;
    }
}
