using Liveness.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Liveness.Tests.DependencyInjection;

/// <summary>The end of a factory, while code of others keeps it waiting: what tells of changes is ended in a lane.</summary>
public sealed class LivenessFactoryEndTests : IDisposable
{
    private readonly ManualWorkQueue _queue = new();
    private readonly ServiceProvider _provider;
    private readonly LivenessFactory _factory;

    public LivenessFactoryEndTests()
    {
        ServiceCollection services = [];
        services.AddLiveness();
        services.AddSingleton<TimeProvider>(new ManualTimeProvider { WorkQueue = _queue });
        services.AddSingleton<IOptionsChangeTokenSource<LivenessOptions>>(new NoChanges());
        _provider = services.BuildServiceProvider();
        _factory = (LivenessFactory)_provider.GetRequiredService<ILivenessFactory>();
    }

    [Fact]
    public async Task Whoever_disposes_it_again_waits_for_the_same_end()
    {
        Task first = _factory.DisposeAsync().AsTask();
        Task second = _factory.DisposeAsync().AsTask();
        (first.IsCompleted, second.IsCompleted).Should().Be((false, false));

        _queue.RunAll();

        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task After_Dispose_DisposeAsync_waits_for_what_that_has_begun()
    {
        _factory.Dispose();
        Task ending = _factory.DisposeAsync().AsTask();
        ending.IsCompleted.Should().BeFalse();

        _queue.RunAll();

        await ending.WaitAsync(TimeSpan.FromSeconds(20));
        await FluentActions.Awaiting(() => _factory.AttachAsync(new AttachTarget(Stream.Null)))
            .Should().ThrowAsync<ObjectDisposedException>();
    }

    public void Dispose() => _provider.Dispose();

    private sealed class NoChanges : IOptionsChangeTokenSource<LivenessOptions>
    {
        public string Name => Options.DefaultName;

        public IChangeToken GetChangeToken() => new CancellationChangeToken(CancellationToken.None);
    }
}
