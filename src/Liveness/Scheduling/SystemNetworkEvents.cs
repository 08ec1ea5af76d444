using System.Net.NetworkInformation;

namespace Liveness;

/// <summary>.NET's own events. On Linux the runtime keeps a thread for them while anybody is subscribed.</summary>
internal sealed class SystemNetworkEvents : INetworkEvents
{
    /// <summary>On Linux .NET 10 lists all interfaces before that event, on a thread of its own, and the process dies of the exception
    /// where one goes away meanwhile.
    /// A link that comes up says so there by its addresses.</summary>
    private static readonly bool s_hasSafeAvailability = !OperatingSystem.IsLinux() && !OperatingSystem.IsAndroid();

    private Action? _changed;

    public void Subscribe(Action changed)
    {
        _changed = changed;
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
        if (s_hasSafeAvailability)
        {
            NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
        }
    }

    public void Unsubscribe()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        if (s_hasSafeAvailability)
        {
            NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
        }
    }

    private void OnAddressChanged(object? sender, EventArgs e) => _changed?.Invoke();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs e) => _changed?.Invoke();
}
