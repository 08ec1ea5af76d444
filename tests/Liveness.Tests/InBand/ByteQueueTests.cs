using System.Buffers;
using FsCheck;
using FsCheck.Fluent;

namespace Liveness.Tests.InBand;

public class ByteQueueTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4_096)]
    [InlineData(20_000)]
    public void It_behaves_as_a_queue_of_bytes(int capacity)
    {
        Gen<int[]> steps = Gen.Choose(-capacity * 2, capacity * 2).ArrayOf();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(steps.ToArbitrary(), sequence =>
        {
            ByteQueue queue = new(capacity);
            Queue<byte> model = new();
            byte next = 0;
            foreach (int step in sequence)
            {
                if (step >= 0)
                {
                    byte[] bytes = [.. Enumerable.Range(0, step).Select(i => (byte)(next + i))];
                    int taken = queue.Enqueue(bytes);
                    taken.Should().Be(Math.Min(step, capacity - model.Count));
                    next += (byte)taken;
                    bytes.Take(taken).ToList().ForEach(model.Enqueue);
                }
                else
                {
                    byte[] bytes = new byte[-step];
                    int taken = queue.Dequeue(bytes);
                    taken.Should().Be(Math.Min(-step, model.Count));
                    bytes.AsSpan(0, taken).SequenceEqual([.. Enumerable.Range(0, taken).Select(_ => model.Dequeue())]).Should().BeTrue();
                }

                queue.Count.Should().Be(model.Count);
                queue.Free.Should().Be(capacity - model.Count);
            }
        }));
    }

    [Fact]
    public void Emptied_it_holds_no_memory()
    {
        CountingPool pool = new();
        ByteQueue queue = new(65_536, pool);
        pool.Lent.Should().Be(0);
        queue.Enqueue(new byte[10]);
        pool.Lent.Should().Be(1);

        queue.Dequeue(new byte[10]);
        pool.Lent.Should().Be(0);

        queue.Enqueue(new byte[60_000]);
        queue.Clear();
        pool.Lent.Should().Be(0);
        queue.Count.Should().Be(0);

        queue.Enqueue(new byte[10]);
        queue.Skip(10);
        pool.Lent.Should().Be(0);
    }

    [Fact]
    public void Its_front_is_read_in_place_and_skipped_however_the_pieces_lie()
    {
        CountingPool pool = new();
        ByteQueue queue = new(1_000_000, pool);
        Random random = new(5);
        byte next = 0;
        byte expected = 0;
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 20_000)];
            for (int at = 0; at < bytes.Length; at++)
            {
                bytes[at] = (byte)(next + at);
            }

            next += (byte)queue.Enqueue(bytes);
            int toSkip = Math.Min(random.Next(1, 20_000), queue.Count);
            while (toSkip > 0)
            {
                ReadOnlySpan<byte> front = queue.Front;
                front.IsEmpty.Should().BeFalse();
                int count = Math.Min(front.Length, toSkip);
                for (int at = 0; at < count; at++)
                {
                    Assert.Equal((byte)(expected + at), front[at]);
                }

                expected += (byte)count;
                toSkip -= count;
                queue.Skip(count);
            }
        }

        queue.Front.IsEmpty.Should().Be(queue.Count == 0);
        queue.Clear();
        queue.Front.IsEmpty.Should().BeTrue();
        pool.Lent.Should().Be(0);
    }

    [Fact]
    public void Large_it_holds_little_more_than_what_is_in_it_and_gives_it_back_as_it_drains()
    {
        CountingPool pool = new();
        ByteQueue queue = new(4 << 20, pool);
        queue.Enqueue(new byte[100]);
        pool.LentBytes.Should().BeLessThanOrEqualTo(4_096);

        queue.Enqueue(new byte[4 << 20]).Should().Be((4 << 20) - 100);
        pool.LentBytes.Should().BeLessThanOrEqualTo((4 << 20) + (64 * 1024));
        pool.LargestRent.Should().BeLessThanOrEqualTo(64 * 1024, "what is larger would go to the large object heap");

        queue.Dequeue(new byte[3 << 20]);
        pool.LentBytes.Should().BeLessThanOrEqualTo((1 << 20) + (192 * 1024));
    }

    [Fact]
    public void In_steady_flow_it_allocates_nothing_and_leaves_the_pool_alone()
    {
        CountingPool pool = new();
        ByteQueue queue = new(1 << 20, pool);
        byte[] bytes = new byte[16 * 1024];
        queue.Enqueue(bytes);
        for (int i = 0; i < 100; i++)
        {
            queue.Enqueue(bytes);
            queue.Dequeue(bytes);
        }

        long rents = pool.Rents;
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 5; attempt++)
        {
            // A collection that falls into a round may be counted with it.
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 200; i++)
            {
                queue.Enqueue(bytes);
                queue.Dequeue(bytes);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
        (pool.Rents - rents).Should().Be(0);
    }

    /// <summary>Poisons what comes back, and takes nothing twice.</summary>
    private sealed class CountingPool : ArrayPool<byte>
    {
        private readonly HashSet<byte[]> _lent = [];

        public int Lent => _lent.Count;

        public long LentBytes => _lent.Sum(array => (long)array.Length);

        public int LargestRent { get; private set; }

        public long Rents { get; private set; }

        public override byte[] Rent(int minimumLength)
        {
            byte[] array = new byte[minimumLength];
            _lent.Add(array);
            LargestRent = Math.Max(LargestRent, minimumLength);
            Rents++;
            return array;
        }

        public override void Return(byte[] array, bool clearArray = false)
        {
            _lent.Remove(array).Should().BeTrue("it was rented and is returned once");
            array.AsSpan().Fill(0xEE);
        }
    }
}
