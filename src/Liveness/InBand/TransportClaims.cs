using System.Runtime.CompilerServices;

namespace Liveness;

/// <summary>Which sockets and streams are wrapped: each by one at a time, for two would take each other's bytes.</summary>
/// <remarks>It keeps nothing alive: neither what is wrapped, nor a wrapper that was dropped without being disposed.</remarks>
internal static class TransportClaims
{
    private static readonly ConditionalWeakTable<object, WeakReference<object>> s_owners = [];

    /// <summary>Before anything of it is touched.</summary>
    /// <param name="wrapped">The socket, where one is known that nobody else reads; else the stream.</param>
    /// <param name="owner">From now on, until <see cref="Release"/>.</param>
    /// <exception cref="AlreadyWrappedException">It is.</exception>
    public static void Take(object wrapped, object owner)
    {
        lock (s_owners)
        {
            if (s_owners.TryGetValue(wrapped, out WeakReference<object>? other) && other.TryGetTarget(out _))
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

    /// <summary>The owner reads and writes it no more. Has no effect where somebody else has wrapped it since.</summary>
    public static void Release(object wrapped, object owner)
    {
        lock (s_owners)
        {
            if (s_owners.TryGetValue(wrapped, out WeakReference<object>? holder) && holder.TryGetTarget(out object? target)
                && ReferenceEquals(target, owner))
            {
                s_owners.Remove(wrapped);
            }
        }
    }
}
