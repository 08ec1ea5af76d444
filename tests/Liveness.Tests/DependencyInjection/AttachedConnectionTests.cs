using Liveness.KeepAlive;
using Liveness.Testing;
using Liveness.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Liveness.Tests.DependencyInjection;

/// <summary>New settings for a live connection: one after the other, the newest last, and nobody waits for it.</summary>
public sealed class AttachedConnectionTests
{
    [Fact]
    public async Task Settings_that_come_while_others_are_taken_over_are_taken_over_next_and_only_the_newest()
    {
        await using Attached attached = new();
        attached.WhileApplying = () => OnAnotherThread(() =>
        {
            attached.Change(Settings(2));
            attached.Change(Settings(4));
            attached.Change(Settings(3));
        });

        attached.Change(Settings(1));

        attached.TakenOver.Should().Equal(1, 4);
    }

    [Fact]
    public async Task Older_settings_that_come_late_are_ignored()
    {
        await using Attached attached = new();
        attached.Change(Settings(2));
        attached.Change(Settings(1));
        attached.Change(Settings(2));
        attached.Change(Settings(3));

        attached.TakenOver.Should().Equal(2, 3);
    }

    private static void OnAnotherThread(Action action) => AnotherThread.Does(action, "nobody waits until a connection has taken settings over");

    private static LivenessSettings Settings(long version)
    {
        ConnectionServices services = new("devices", new ManualTimeProvider(), NullLogger.Instance, MeterFactory: null);
        return new LivenessSettings(new LivenessOptions(), KeepAlivePlatforms.Current, services, version);
    }

    private sealed class Attached : AttachedConnection
    {
        public List<long> TakenOver { get; } = [];

        /// <summary>Called once, in the middle of the next one.</summary>
        public Action? WhileApplying { get; set; }

        public override Stream Stream => Stream.Null;

        public override ConnectionMonitor Monitor { get; } = new MonitorFixture().Monitor;

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public override ValueTask DetachAsync() => ValueTask.CompletedTask;

        public override Task<CloseResult?> CloseAsync(LastWord? word, CancellationToken cancellationToken) => Task.FromResult<CloseResult?>(null);

        public override ValueTask AbortAsync(string? reason) => ValueTask.CompletedTask;

        public override void CutOffNow()
        {
        }

        protected override void Apply(LivenessSettings settings)
        {
            Action? then = WhileApplying;
            WhileApplying = null;
            then?.Invoke();
            TakenOver.Add(settings.Version);
        }
    }
}
