namespace Liveness.NetworkTests.Lab;

/// <summary>A client's host and a server's host, with two routers between them and two equal IPv6 paths between the routers. Each router
/// chooses the path of a segment
/// by its addresses and its flow label, which the sender's kernel draws anew at each retransmission timeout.</summary>
internal sealed class TwoPathLab : NamespaceLab
{
    public const string ServerAddress = "fd71:2::2";

    private TwoPathLab()
    {
    }

    private string Near => NameOf("near");

    private string Far => NameOf("far");

    protected override string[] Namespaces => [Client, Near, Far, Server];

    public static Task<TwoPathLab> CreateAsync() => BuildAsync(new TwoPathLab());

    /// <summary>Drops everything on one of the two paths, silently: the routers go on using it.</summary>
    /// <returns>When it was certainly in force.</returns>
    public async Task<long> CutOnePathAsync()
    {
        await FilterAsync(Near, "ip6tables", "-I FORWARD -i path0 -j DROP");
        return await FilterAsync(Near, "ip6tables", "-I FORWARD -o path0 -j DROP");
    }

    /// <summary>Nobody looks for duplicate addresses: that takes a second, and there are none.</summary>
    protected override Task WireAsync() => Shell.RunAsync($"""
        for router in {Near} {Far}; do
          ip netns exec $router sh -c 'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding; echo 0 > /proc/sys/net/ipv6/fib_multipath_hash_policy'
        done
        ip link add host netns {Near} type veth peer name eth0 netns {Client}
        ip link add host netns {Far} type veth peer name eth0 netns {Server}
        ip -n {Near} address add fd71:1::1/64 dev host nodad
        ip -n {Client} address add fd71:1::2/64 dev eth0 nodad
        ip -n {Far} address add fd71:2::1/64 dev host nodad
        ip -n {Server} address add {ServerAddress}/64 dev eth0 nodad
        for path in 0 1; do
          ip link add path$path netns {Near} type veth peer name path$path netns {Far}
          ip -n {Near} address add fd71:a$path::1/64 dev path$path nodad
          ip -n {Far} address add fd71:a$path::2/64 dev path$path nodad
          ip -n {Near} link set path$path up
          ip -n {Far} link set path$path up
        done
        for name in {Near} {Far}; do
          ip -n $name link set host up
        done
        for name in {Client} {Server}; do
          ip -n $name link set eth0 up
        done
        ip -n {Client} route add default via fd71:1::1
        ip -n {Server} route add default via fd71:2::1
        ip -n {Near} route add fd71:2::/64 nexthop via fd71:a0::2 dev path0 nexthop via fd71:a1::2 dev path1
        ip -n {Far} route add fd71:1::/64 nexthop via fd71:a0::1 dev path0 nexthop via fd71:a1::1 dev path1
        """);
}
