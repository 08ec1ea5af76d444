using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Liveness.Presence.Tests.Hosting;

/// <summary>Operators filter by these. A new message is added here and to the page; a line that is here already never changes.</summary>
public sealed class PresenceLogTests
{
    [Fact]
    public void Ids_names_and_levels_are_a_contract() =>
        typeof(PresenceLog).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(static method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()
            .OrderBy(static message => message.EventId).Select(static message => $"{message.EventId} {message.EventName} {message.Level}")
            .Should().Equal(
                "200 GatewayRegistered Information",
                "201 LeaseBack Information",
                "202 GatewayRefused Warning",
                "203 GatewayTakenOver Error",
                "204 StoreFailed Warning",
                "205 StoreBack Information",
                "206 StoreSlow Warning",
                "207 ResyncBegun Warning",
                "208 ResyncEnded Information",
                "209 LossesDropped Warning",
                "210 PresenceSettingsRefused Error",
                "211 GatewayLeft Information",
                "212 WatcherDeaf Warning",
                "213 StrangeValues Warning",
                "214 GatewayFailed Error");
}
