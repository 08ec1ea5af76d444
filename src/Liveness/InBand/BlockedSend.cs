using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>The sends that a transport makes us wait for, one at a time. Made with the first: most connections wait for none.</summary>
/// <remarks>Only the owner of the sending uses it.</remarks>
/// <param name="onSent">Called when one is over.</param>
internal sealed class BlockedSend(Action onSent)
{
    /// <summary>Its beginner's until it has asked to be called, and then that call's.</summary>
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _pending;

    /// <summary>What the transport was told last of how much may lie unsent.</summary>
    private int _unsentLimit;

    /// <summary>Whether it is worth telling the transport of: then it counts as told.</summary>
    public bool IsNewLimit(int bytes)
    {
        bool isNew = bytes / 2 > _unsentLimit || bytes < _unsentLimit / 2;
        _unsentLimit = isNew ? bytes : _unsentLimit;
        return isNew;
    }

    /// <summary>Last of all, for it may be over at once on another thread.</summary>
    public void Await(ValueTask sending)
    {
        _pending = sending.ConfigureAwait(false).GetAwaiter();
        _pending.UnsafeOnCompleted(onSent);
    }

    /// <summary>Of the one that is over; throws what it failed with.</summary>
    public void GetResult() => _pending.GetResult();
}
