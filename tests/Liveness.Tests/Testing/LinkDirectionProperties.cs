using FsCheck;
using FsCheck.Fluent;
using Liveness.Testing;

namespace Liveness.Tests.Testing;

public class LinkDirectionProperties
{
    [Fact]
    public void Without_a_cut_or_reset_every_byte_arrives_exactly_once_and_in_order()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => new Schedule(seed).Run().Should().BeNull()));
    }

    /// <summary>Random writes, reads, waits and changes of the conditions.</summary>
    private sealed class Schedule(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly LinkConditions _conditions = new();
        private byte _written;
        private byte _read;
        private long _total;
        private Instant _now;

        /// <returns>What went wrong; null = nothing.</returns>
        public string? Run()
        {
            LinkDirection direction = new(_conditions, seed);
            for (int step = 0; step < 200; step++)
            {
                Act(direction);
                if (Read(direction) is { } error)
                {
                    return $"step {step}: {error}";
                }
            }

            _conditions.IsStalled = false;
            direction.Complete(_now);
            while (direction.NextEvent(_now) is var next && next != Instant.Never)
            {
                if (next <= _now)
                {
                    return "the next event lies in the past";
                }

                _now = next;
                if (Read(direction) is { } error)
                {
                    return error;
                }
            }

            while (direction.Readable > 0)
            {
                if (Read(direction) is { } error)
                {
                    return error;
                }
            }

            return _total != direction.AcceptedBytes || _total != direction.DeliveredBytes ? $"{_total} of {direction.AcceptedBytes} bytes arrived"
                : !direction.IsEnded ? "the end did not arrive"
                : direction.LastDelivered > _now ? "bytes arrived in the future"
                : null;
        }

        private void Act(LinkDirection direction)
        {
            switch (_random.Next(8))
            {
                case 0:
                    _conditions.Delay = TimeSpan.FromTicks(_random.Next(1_000_000));
                    break;
                case 1:
                    _conditions.Jitter = TimeSpan.FromTicks(_random.Next(1_000_000));
                    break;
                case 2:
                    _conditions.BytesPerSecond = _random.Next(3) == 0 ? null : _random.Next(1, 1_000_000);
                    break;
                case 3:
                    _conditions.BufferSize = _random.Next(1, 20_000);
                    break;
                case 4:
                    _conditions.IsStalled = _random.Next(2) == 0;
                    break;
                case 5:
                    Wait(direction);
                    break;
                default:
                    Write(direction);
                    break;
            }
        }

        private void Wait(LinkDirection direction)
        {
            Instant next = direction.NextEvent(_now);
            _now = _random.Next(2) == 0 && next != Instant.Never ? next : _now + TimeSpan.FromTicks(_random.Next(3_000_000));
        }

        private void Write(LinkDirection direction)
        {
            byte[] bytes = new byte[_random.Next(1, 10_000)];
            for (int i = 0; i < bytes.Length; i++)
            {
                bytes[i] = (byte)(_written + i);
            }

            _written += (byte)direction.Accept(bytes, _now);
        }

        private string? Read(LinkDirection direction)
        {
            byte[] bytes = new byte[_random.Next(10_000)];
            int count = direction.Deliver(bytes, _now);
            _total += count;
            foreach (byte b in bytes.AsSpan(0, count))
            {
                if (b != _read++)
                {
                    return $"byte {_total} is wrong";
                }
            }

            return null;
        }
    }
}
