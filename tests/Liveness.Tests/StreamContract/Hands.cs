using System.Diagnostics;

namespace Liveness.Tests.StreamContract;

/// <summary>What nearly every test of the contract does.</summary>
internal static class Hands
{
    /// <summary>Nothing in this suite takes as long, on the slowest machine.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public static async Task Within(Task task) => await task.WaitAsync(Limit);

    public static async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(Limit);

    public static Task<T> Within<T>(ValueTask<T> task) => Within(task.AsTask());

    public static Task Within(ValueTask task) => Within(task.AsTask());

    /// <summary>What blocks must not take a thread of the pool, which others wait for.</summary>
    public static Task OnThread(Action run) => Within(KeptThreads.Run(run));

    /// <inheritdoc cref="OnThread(Action)"/>
    public static Task OnThread(Func<Task> run) => OnThread(() => run().GetAwaiter().GetResult());

    /// <summary>What it fails with; thrown or through its task.</summary>
    public static Task<Exception?> FailureOf(Func<Task> operation) => Record.ExceptionAsync(() => OnThread(operation));

    /// <summary>Again and again, for what fails sooner or later.</summary>
    public static async Task<Exception> FirstFailureOf(Func<Task> operation)
    {
        long begun = Stopwatch.GetTimestamp();
        Exception? failure;
        do
        {
            Stopwatch.GetElapsedTime(begun).Should().BeLessThan(Limit);
            failure = await Record.ExceptionAsync(() => Within(operation()));
        }
        while (failure is null);
        return failure;
    }

    public static byte[] Bytes(int count, int seed = 0)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<byte[]> ReadAsync(Stream stream, int count)
    {
        byte[] got = new byte[count];
        await Within(stream.ReadExactlyAsync(got));
        return got;
    }

    /// <summary>Both ways carry bytes: whatever has happened, the connection is of use.</summary>
    public static async Task CheckUsableAsync(OpenStreams streams)
    {
        foreach ((Stream writer, Stream reader) in streams.Ways)
        {
            byte[] bytes = Bytes(100, seed: 99);
            await Within(writer.WriteAsync(bytes));
            await Within(writer.FlushAsync());
            (await ReadAsync(reader, bytes.Length)).Should().Equal(bytes);
        }
    }

    public static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
