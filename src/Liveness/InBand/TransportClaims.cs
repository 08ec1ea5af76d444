using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>Which sockets and streams are wrapped: each by one at a time, for two would take each other's bytes.</summary>
/// <remarks>It keeps nothing alive: neither what is wrapped, nor a wrapper that was dropped without having been started.</remarks>
internal static class TransportClaims
{
    /// <summary>By what is wrapped: its owner once that is started, and a weak reference to it before. Under the lock of the
    /// table.</summary>
    private static readonly ConditionalWeakTable<object, object> s_owners = [];

    /// <summary>Before anything of it is touched.</summary>
    /// <param name="wrapped">The socket, where one is known that nobody else reads; else the stream.</param>
    /// <param name="owner">From now on, until <see cref="Release"/>.</param>
    /// <exception cref="AlreadyWrappedException">It is.</exception>
    public static void Take(object wrapped, object owner)
    {
        lock (s_owners)
        {
            if (OwnerNeedsLock(wrapped) is not null)
            {
                throw new AlreadyWrappedException(
                    $"This {wrapped.GetType().Name} is wrapped by a HeartbeatStream already, or being attached, and two would take each "
                    + "other's bytes. "
                    + "Use the stream that there is (of an attached connection: LivenessConnection.Stream), or dispose it first; "
                    + "with leaveOpen, what it wraps can be wrapped again then.");
            }

            s_owners.AddOrUpdate(wrapped, new WeakReference<object>(owner));
        }
    }

    /// <summary>The owner is started: from now on it lives until it ends, so that it needs no weak reference. Has no effect where it has
    /// ended already.</summary>
    public static void Hold(object wrapped, Transport owner)
    {
        lock (s_owners)
        {
            if (ReferenceEquals(OwnerNeedsLock(wrapped), owner))
            {
                s_owners.AddOrUpdate(wrapped, owner);
            }
        }
    }

    /// <summary>The owner reads and writes it no more. Has no effect where somebody else has wrapped it since.</summary>
    public static void Release(object wrapped, object owner)
    {
        lock (s_owners)
        {
            if (ReferenceEquals(OwnerNeedsLock(wrapped), owner))
            {
                s_owners.Remove(wrapped);
            }
        }
    }

    /// <summary>Null = there is none, or none any more.</summary>
    private static object? OwnerNeedsLock(object wrapped)
    {
        Debug.Assert(Monitor.IsEntered(s_owners));
        s_owners.TryGetValue(wrapped, out object? owner);
        return owner is WeakReference<object> weak ? (weak.TryGetTarget(out object? target) ? target : null) : owner;
    }
}
