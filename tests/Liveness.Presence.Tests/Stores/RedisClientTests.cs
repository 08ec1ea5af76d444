using Liveness.Presence.Redis;
using Liveness.Presence.Tests.Support;
using StackExchange.Redis;

namespace Liveness.Presence.Tests.Stores;

/// <summary>What may happen between two commands, and while a connection is made.</summary>
public sealed class RedisClientTests
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    public static TheoryData<StoreKind> Real => Servers.Real;

    [Theory]
    [MemberData(nameof(Real))]
    public async Task A_device_that_moves_between_two_reads_is_found_where_it_is_now(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId one = await RegisterAsync(opened, "gw-1");
        PartId two = await RegisterAsync(opened, "gw-2");
        await WriteAsync(opened, one, new WriteItem("a", new EntryData(10, "n", "r", null), null, true));
        bool hasMoved = false;
        IDatabase moving = Intercepted.Create(opened.Database, (method, arguments) =>
        {
            if (!hasMoved && method.Name == nameof(IDatabase.HashGetAsync) && Equals(arguments[0], opened.Keys!.Part(one)))
            {
                hasMoved = true;
                WriteAsync(opened, two, new WriteItem("a", new EntryData(20, "n", "r", null), null, true)).Wait(s_safety);
                WriteAsync(opened, one, new WriteItem("a", null, null, true), version: 2).Wait(s_safety);
            }
        });

        IReadOnlyList<KeyRow> rows = await new RedisReader(opened.Keys!, opened.Strange.Add).FindAsync(moving, ["a", "unknown"]);

        hasMoved.Should().BeTrue();
        PresenceEntry found = FleetRules.Judge(rows[0])!;
        (found.Status, found.Gateway).Should().Be((PresenceStatus.Connected, "gw-2"));
        FleetRules.Judge(rows[1]).Should().BeNull();
    }

    [Theory]
    [MemberData(nameof(Real))]
    public async Task A_device_whose_gateway_starts_again_between_two_reads_is_found_where_it_is_now(StoreKind kind)
    {
        await using OpenedStore opened = await Servers.OpenAsync(kind);
        PartId one = await RegisterAsync(opened, "gw-1");
        await WriteAsync(opened, one, new WriteItem("a", new EntryData(10, "n", "r", null), null, true));
        bool hasMoved = false;
        IDatabase moving = Intercepted.Create(opened.Database, (method, arguments) =>
        {
            if (!hasMoved && method.Name == nameof(IDatabase.HashGetAsync) && Equals(arguments[0], opened.Keys!.Part(one)))
            {
                hasMoved = true;
                opened.Store.LeaveAsync(one).Wait(s_safety);
                PartId again = RegisterAsync(opened, "gw-1").Result;
                WriteAsync(opened, again, new WriteItem("a", new EntryData(20, "n", "r", null), null, true)).Wait(s_safety);
            }
        });

        IReadOnlyList<KeyRow> rows = await new RedisReader(opened.Keys!, opened.Strange.Add).FindAsync(moving, ["a"]);

        hasMoved.Should().BeTrue();
        FleetRules.Judge(rows[0])!.Status.Should().Be(PresenceStatus.Connected);
    }

    [Fact]
    public async Task A_connection_that_comes_about_after_the_store_was_disposed_is_disposed_too()
    {
        TaskCompletionSource<IConnectionMultiplexer> connecting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RedisKeys keys = new("test");
        RedisConnection connection = new(() => connecting.Task, owns: true, keys);
        Task asking = connection.AskAsync(static database => database.PingAsync());
        await connection.DisposeAsync();

        connecting.SetResult(Intercepted.Create<IConnectionMultiplexer>(null, (method, _) =>
        {
            if (method.Name == nameof(IAsyncDisposable.DisposeAsync))
            {
                disposed.TrySetResult();
            }
        }));

        await disposed.Task.WaitAsync(s_safety);
        await asking.ContinueWith(static _ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_store_that_was_disposed_connects_no_more()
    {
        int connects = 0;
        RedisConnection connection = new(
            () =>
            {
                connects++;
                return Task.FromException<IConnectionMultiplexer>(new InvalidOperationException());
            },
            owns: true,
            new RedisKeys("test"));
        await connection.DisposeAsync();

        Func<Task> ask = () => connection.AskAsync(static database => database.PingAsync());

        (await ask.Should().ThrowAsync<PresenceStoreException>()).WithMessage("*was disposed*");
        connects.Should().Be(0);
    }

    private static async Task<PartId> RegisterAsync(OpenedStore opened, string gateway) => new(
        gateway,
        (await opened.Store.LeaseAsync(new LeaseRequest(gateway, null, "suffix00", 0, 0, TimeSpan.FromSeconds(60), s_day))).Epoch);

    private static Task<WriteReply> WriteAsync(OpenedStore opened, PartId part, WriteItem item, long version = 1) =>
        opened.Store.WriteAsync(part, new WriteBatch(new VersionMark(version, false), [item], s_day));
}
