using System.Runtime.ExceptionServices;

namespace Liveness.Tests.Support;

/// <summary>What only another thread can show: that it does not wait for this one.</summary>
internal static class AnotherThread
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    /// <summary>Does something there while this thread stands still; what fails there fails here.</summary>
    /// <param name="action">What it does.</param>
    /// <param name="because">Why it need not wait for what this thread is at.</param>
    public static void Does(Action action, string because)
    {
        Exception? failure = null;
        Thread other = new(() => failure = Record.Exception(action)) { IsBackground = true };
        other.Start();
        other.Join(s_safety).Should().BeTrue(because);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
