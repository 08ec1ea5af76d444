namespace Liveness;

/// <summary>The sending side of credit: how much DATA the peer still lets us send.</summary>
/// <remarks>A struct in its session, which hands it out by reference. Never copy it.</remarks>
internal struct SendCredit
{
    private ulong _limit;

    /// <summary>DATA payload bytes handed to the transport.</summary>
    public ulong Sent { get; private set; }

    /// <summary>Up to, and without, this offset the peer lets us send.</summary>
    public ulong Limit => _limit;

    /// <summary>As far as a CREDIT may reach now.</summary>
    public ulong Furthest => Sent + WireLimits.MaxCreditAhead;

    public int Available => (int)Math.Min(_limit - Sent, int.MaxValue);

    /// <summary>What the peer's HELLO allowed.</summary>
    public ulong First { get; private set; }

    public void Open(ulong firstCredit) => (First, _limit) = (firstCredit, firstCredit);

    public ProtocolRule Raise(ulong offset)
    {
        if (offset <= _limit)
        {
            return ProtocolRule.CreditNotRaised;
        }

        if (offset > Furthest)
        {
            return ProtocolRule.CreditTooFarAhead;
        }

        _limit = offset;
        return ProtocolRule.None;
    }

    public void Spend(int length) => Sent += (ulong)length;

    /// <summary>Takes back what was spent and never handed over.</summary>
    public void Refund(int length) => Sent -= (ulong)length;
}
