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
        ByteQueue queue = new(65_536);
        HoldsMemory(queue).Should().BeFalse();
        queue.Enqueue(new byte[10]);
        HoldsMemory(queue).Should().BeTrue();

        queue.Dequeue(new byte[10]);
        HoldsMemory(queue).Should().BeFalse();

        queue.Enqueue(new byte[10]);
        queue.Clear();
        HoldsMemory(queue).Should().BeFalse();
        queue.Count.Should().Be(0);
    }

    private static bool HoldsMemory(ByteQueue queue)
    {
        byte[] buffer = (byte[])typeof(ByteQueue).GetField("_buffer", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(queue)!;
        return buffer.Length > 0;
    }
}
