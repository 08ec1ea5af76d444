using Liveness.SideChannel;

namespace Liveness.Tests.SideChannel;

/// <summary>Against two dictionaries that say the same, over many random watches and unwatches.</summary>
public sealed class WantedTableTests
{
    [Fact]
    public void It_says_what_dictionaries_say_whatever_is_added_and_removed()
    {
        Random random = new(1);
        WantedTable table = new();
        List<(ulong Id, Wanted Wanted)> model = [];
        ulong newest = 0;
        for (int step = 0; step < 20_000; step++)
        {
            bool grows = step % 8_000 < 4_000;
            if (model.Count == 0 || random.Next(4) < (grows ? 3 : 1))
            {
                Wanted wanted = Any(random);
                table.Add(++newest, wanted);
                model.Add((newest, wanted));
            }
            else
            {
                int at = random.Next(model.Count);
                table.Remove(model[at].Id);
                model.RemoveAt(at);
            }

            table.Count.Should().Be(model.Count);
            Check(table, model, Any(random), (ulong)random.NextInt64((long)newest + 2));
        }

        model.ForEach(one => Check(table, model, one.Wanted, one.Id));
    }

    [Fact]
    public void An_empty_one_has_nothing()
    {
        WantedTable table = new();

        table.Remove(1);
        table.Find(1).Should().BeNull();
        table.Has(1).Should().BeFalse();
        table.TryFind(Any(new Random(1)), out _).Should().BeFalse();
    }

    [Fact]
    public void Names_are_equal_by_their_addresses_ports_and_keys()
    {
        ConnectionTuple tuple = SideTuples.Of("192.0.2.1", 40_000, "192.0.2.7", 443);
        KeyHash key = new(SideKey.Hash(new byte[16]));

        new Wanted(tuple, null).Tuple.Should().Be(tuple);
        new Wanted(tuple, null).Should().Be(new Wanted(SideTuples.Of("192.0.2.1", 40_000, "192.0.2.7", 443), null));
        new Wanted(tuple, null).Should().NotBe(new Wanted(tuple with { LocalPort = 1 }, null));
        new Wanted(tuple, null).Should().NotBe(new Wanted(tuple.Swap(), null));
        new Wanted(default, key).Should().Be(new Wanted(default, new KeyHash(SideKey.Hash(new byte[16]))));
        new Wanted(default, key).Tuple.Should().Be(default(ConnectionTuple));
    }

    [Fact]
    public void Address_pairs_are_shared_and_never_mixed_up_however_many_there_are()
    {
        for (uint pass = 0; pass < 2; pass++)
        {
            for (uint host = 0; host < 2_000; host++)
            {
                ConnectionTuple tuple = new(host, host + 1, 1, 2);
                new CompactTuple(tuple).Tuple.Should().Be(tuple);
                AddressPair.Of(host, host + 1).Should().BeSameAs(AddressPair.Of(host, host + 1));
            }
        }
    }

    private static void Check(WantedTable table, List<(ulong Id, Wanted Wanted)> model, Wanted wanted, ulong id)
    {
        int byId = model.FindIndex(one => one.Id == id);
        int byName = model.FindLastIndex(one => one.Wanted == wanted);
        table.Find(id).Should().Be(byId < 0 ? null : model[byId].Wanted);
        table.Has(id).Should().Be(byId >= 0);
        table.TryFind(wanted, out ulong found).Should().Be(byName >= 0);
        found.Should().Be(byName < 0 ? 0 : model[byName].Id);
    }

    /// <summary>Of few names, so that some are wanted twice.</summary>
    private static Wanted Any(Random random)
    {
        byte[] key = new byte[16];
        key[0] = (byte)random.Next(50);
        return random.Next(3) == 0
            ? new Wanted(default, new KeyHash(SideKey.Hash(key)))
            : new Wanted(SideTuples.Of($"192.0.2.{random.Next(3)}", 40_000 + random.Next(500), "192.0.2.7", 443), null);
    }
}
