using System.Diagnostics;

namespace Liveness.NetworkTests.Lab;

/// <summary>
/// A client's host, a router and a server's host: three network namespaces, so that a cut at the router leaves both carriers up.
/// </summary>
internal sealed class NetworkLab : NamespaceLab
{
    public const string RouterNearAddress = "10.71.1.1";
    public const string ServerAddress = "10.71.2.2";

    /// <summary>Lets a queue of a second be filled by segments, not by bursts of 64 KiB that a real card would have cut up.</summary>
    private const string SegmentByCard = "gso_max_segs 1";

    private NetworkLab()
    {
    }

    public string Router => NameOf("router");

    protected override string[] Namespaces => [Client, Router, Server];

    public static Task<NetworkLab> CreateAsync() => BuildAsync(new NetworkLab());

    /// <summary>Drops everything at the router.</summary>
    /// <returns>When it was certainly in force.</returns>
    public Task<long> CutAsync() => AtRouterAsync("-I FORWARD -j DROP");

    public Task<long> CutClientToServerAsync() => AtRouterAsync("-I FORWARD -i client -j DROP");

    public Task<long> CutServerToClientAsync() => AtRouterAsync("-I FORWARD -i server -j DROP");

    /// <summary>Between the router itself and the server: for a proxy that runs on the router.</summary>
    public async Task<long> CutRouterFromServerAsync()
    {
        await AtRouterAsync("-I OUTPUT -o server -j DROP");
        return await AtRouterAsync("-I INPUT -i server -j DROP");
    }

    /// <summary>Takes back all cuts and losses at the router.</summary>
    public Task<long> HealAsync() => AtRouterAsync("-F");

    /// <summary>
    /// A hole in the path MTU, to the server: large segments are dropped, and nobody is told; beats and small messages pass.
    /// </summary>
    public Task<long> DropLargeSegmentsToServerAsync() => AtRouterAsync("-I FORWARD -i client -m length --length 600:65535 -j DROP");

    /// <summary>Drops that share of the packets, each way, at random.</summary>
    public async Task LoseAsync(double share)
    {
        await AtRouterAsync(FormattableString.Invariant($"-A FORWARD -i client -m statistic --mode random --probability {share} -j DROP"));
        await AtRouterAsync(FormattableString.Invariant($"-A FORWARD -i server -m statistic --mode random --probability {share} -j DROP"));
    }

    /// <summary>A thin link, each way, with a queue in front of it.</summary>
    /// <param name="rate">As tc writes it: 256kbit.</param>
    /// <param name="queue">How long the queue is when full.</param>
    public Task LimitAsync(string rate, TimeSpan queue) => Shell.RunAsync(FormattableString.Invariant($"""
        ip -n {Client} link set eth0 {SegmentByCard}
        ip -n {Server} link set eth0 {SegmentByCard}
        for device in client server; do
          tc -n {Router} qdisc add dev $device root tbf rate {rate} burst 3100 latency {queue.TotalMilliseconds}ms
        done
        """));

    /// <summary>As <see cref="LimitAsync"/> for a link that is fast, but not as fast as memory: a large write takes seconds.</summary>
    public Task SlowDownAsync(string rate) => Shell.RunAsync($"""
        for device in client server; do
          tc -n {Router} qdisc add dev $device root tbf rate {rate} burst 256k latency 50ms
        done
        """);

    /// <summary>Of how many data connections of the client bytes wait to be sent (ss(8), Send-Q).</summary>
    public async Task<int> CountWaitingAsync(params int[] ports)
    {
        string connections = await Shell.RunAsync($"ip netns exec {Client} ss -Htn state established");
        return connections.Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Count(columns => columns.Length > 3 && columns[1] != "0" && ports.Any(port => columns[3].EndsWith($":{port}", StringComparison.Ordinal)));
    }

    /// <summary>The server's host says nothing any more: what its kernel sends of its own account is dropped.</summary>
    public Task SilenceServerHostAsync() => Shell.RunAsync($"ip netns exec {Server} iptables -w -I OUTPUT -j DROP");

    public Task UnsilenceServerHostAsync() => Shell.RunAsync($"ip netns exec {Server} iptables -w -F OUTPUT");

    /// <summary>The server's network card is pulled out of its host.</summary>
    public async Task<long> RemoveServerInterfaceAsync()
    {
        await Shell.RunAsync($"ip -n {Server} link delete eth0");
        return Stopwatch.GetTimestamp();
    }

    /// <summary>Drops what goes to and comes from that port of the server.</summary>
    public async Task<long> CutPortAsync(int port)
    {
        await AtRouterAsync($"-I FORWARD -p tcp --dport {port} -j DROP");
        return await AtRouterAsync($"-I FORWARD -p tcp --sport {port} -j DROP");
    }

    /// <summary>The same one way only.</summary>
    /// <param name="port">Of the server.</param>
    /// <param name="toServer">Else from it.</param>
    public Task<long> CutPortOneWayAsync(int port, bool toServer) => AtRouterAsync($"-I FORWARD -p tcp --{(toServer ? "dport" : "sport")} {port} -j DROP");

    /// <summary>
    /// A box on the way that takes keepalive for itself: segments without data do not pass to or from that port of the server. While
    /// nothing is sent, these are probes and their answers.
    /// </summary>
    public async Task SwallowProbesAsync(int port)
    {
        await AtRouterAsync($"-I FORWARD -p tcp --dport {port} -m length --length 0:59 -j DROP");
        await AtRouterAsync($"-I FORWARD -p tcp --sport {port} -m length --length 0:59 -j DROP");
    }

    /// <summary>
    /// Of listeners that come later. So few connections wait for their accept, and one more; further ones are not answered.
    /// </summary>
    public Task LimitAcceptQueueAsync(int length) => Shell.RunAsync(FormattableString.Invariant($"ip netns exec {Server} sh -c 'echo {length} > /proc/sys/net/core/somaxconn'"));

    /// <summary>
    /// A box on the way that has forgotten the connections to that port of the server: it resets who sends from the client's side, and lets
    /// nothing through from the other.
    /// </summary>
    public async Task<long> ForgetAsync(int port)
    {
        await AtRouterAsync($"-I FORWARD -i server -p tcp --sport {port} -j DROP");
        return await AtRouterAsync($"-I FORWARD -i client -p tcp --dport {port} -j REJECT --reject-with tcp-reset");
    }

    /// <summary>
    /// A box on the way that forgets a connection after so long without a segment, and lets nothing of a forgotten one through. To be
    /// called before the connections are there.
    /// </summary>
    public async Task ForgetIdleAsync(TimeSpan limit)
    {
        await AtRouterAsync("-A FORWARD -m conntrack --ctstate INVALID -j DROP");
        await Shell.RunAsync(FormattableString.Invariant($"""
            ip netns exec {Router} sh -c 'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose'
            ip netns exec {Router} sh -c 'echo {limit.TotalSeconds} > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_established'
            """));
    }

    /// <summary>The server's host loses its power, and comes up again: it knows nothing of what was, and no program runs there.</summary>
    /// <param name="dropping">A rule of its firewall from the first moment on, as iptables writes it.</param>
    public async Task RebootServerHostAsync(string dropping)
    {
        // The cable goes first, or the programs' kernel would say goodbye for them.
        await Shell.RunAsync($"ip -n {Router} link delete server");
        await Leftovers.DeleteAsync(Server);
        await Shell.RunAsync($"""
            ip netns add {Server}
            ip netns exec {Server} iptables -w {dropping}
            ip -n {Server} link set lo up
            """);
        await WireServerAsync();
    }

    /// <summary>The firewall of the server's host lets everything through.</summary>
    public Task OpenServerHostAsync() => Shell.RunAsync($"ip netns exec {Server} iptables -w -F INPUT");

    /// <summary>From now on nobody hears of the end of a connection to that port of the server.</summary>
    public async Task HideEndsAsync(int port)
    {
        foreach (string flag in new[] { "RST", "FIN" })
        {
            await AtRouterAsync($"-I FORWARD -i server -p tcp --sport {port} --tcp-flags {flag} {flag} -j DROP");
        }
    }

    /// <summary>Seen from the server, connections to that port come from the router. To be called before they are there.</summary>
    public Task HideClientAsync(int port) => AtRouterAsync($"-t nat -A POSTROUTING -o server -p tcp --dport {port} -j MASQUERADE");

    private Task<long> AtRouterAsync(string rule) => FilterAsync(Router, "iptables", rule);

    protected override async Task WireAsync()
    {
        await Shell.RunAsync($"""
            ip link add client netns {Router} type veth peer name eth0 netns {Client}
            ip -n {Router} address add {RouterNearAddress}/24 dev client
            ip -n {Client} address add 10.71.1.2/24 dev eth0
            ip -n {Router} link set client up
            ip -n {Client} link set eth0 up
            ip -n {Client} route add default via {RouterNearAddress}
            ip netns exec {Router} sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
            """);
        await WireServerAsync();
    }

    private Task<string> WireServerAsync() => Shell.RunAsync($"""
        ip link add server netns {Router} type veth peer name eth0 netns {Server}
        ip -n {Router} address add 10.71.2.1/24 dev server
        ip -n {Server} address add {ServerAddress}/24 dev eth0
        ip -n {Router} link set server up
        ip -n {Server} link set eth0 up
        ip -n {Server} route add default via 10.71.2.1
        """);
}
