using Liveness.SideChannel;

namespace Liveness.Tests.Pages;

/// <summary>The page's table of the side channel's options names the defaults in force.</summary>
public sealed class SideChannelPageTests
{
    private static readonly string s_page = Page.Doc("side-channel.md").Text;

    [Fact]
    public void Every_option_of_both_ends_is_in_the_table_with_its_default()
    {
        SideChannelClientOptions client = new();
        SideChannelListenerOptions listener = new();

        Row("DetectWithin", client.DetectWithin is null ? "null" : client.DetectWithin);
        Row("HandshakeTimeout", client.HandshakeTimeout);
        Row("Witness", client.Witness);
        Row("SharedSecret", client.SharedSecret ?? "null");
        Row("MaxWatchesPerPeer` (listener)", listener.MaxWatchesPerPeer, tick: "");
        Row("AllowUnauthenticated` (listener)", listener.AllowUnauthenticated, tick: "");
        Row("Linger` (pool)", client.Linger, tick: "");
        s_page.Should().Contain($"`MaxReconnectDelay` (client) | {client.ReconnectDelay}, {client.MaxReconnectDelay} |");
        s_page.Should().Contain($"`MaxSideConnections` (listener) | {listener.MaxUnauthenticated}, {listener.MaxUnauthenticatedPerAddress}, {listener.MaxSideConnections} |");
        (listener.DetectWithin, listener.HandshakeTimeout, listener.Witness).Should().Be((client.DetectWithin, client.HandshakeTimeout, client.Witness));
    }

    private static void Row(string option, object value, string tick = "`") => s_page.Should().Contain($"| `{option}{tick} | {value} |");
}
