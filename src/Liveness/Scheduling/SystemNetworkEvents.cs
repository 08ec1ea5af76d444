using System.Net.NetworkInformation;

namespace Liveness;

/// <summary>.NET's own events. On Linux the runtime keeps a thread for them while anybody is subscribed.</summary>
internal sealed class SystemNetworkEvents : INetworkEvents
{
    private Action? _changed;

    public void Subscribe(Action changed)
    {
        _changed = changed;
        NetworkChange.NetworkAddressChanged += OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged += OnAvailabilityChanged;
    }

    public void Unsubscribe()
    {
        NetworkChange.NetworkAddressChanged -= OnAddressChanged;
        NetworkChange.NetworkAvailabilityChanged -= OnAvailabilityChanged;
    }

    private void OnAddressChanged(object? sender, EventArgs e) => _changed?.Invoke();

    private void OnAvailabilityChanged(object? sender, NetworkAvailabilityEventArgs e) => _changed?.Invoke();
}
