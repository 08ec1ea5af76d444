using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

namespace Liveness.AspNetCore.Tests.Clients;

/// <summary>Connections that are built from middleware without Kestrel, over a transport that shows no socket.</summary>
public sealed class ConnectionBuilderTests
{
    [Fact]
    public async Task Both_ends_of_a_transport_without_a_socket_are_attached_in_band()
    {
        await using ServiceProvider services = Services(LivenessMode.InBand);
        (DefaultConnectionContext left, DefaultConnectionContext right) = Pair();
        ConnectionDelegate accept = Builder(services, async context =>
        {
            ReadResult read = await context.Transport.Input.ReadAtLeastAsync(5);
            await context.Transport.Output.WriteAsync(read.Buffer.FirstSpan.ToArray());
            context.Transport.Input.AdvanceTo(read.Buffer.End);
            await context.Transport.Input.ReadAsync();
        });
        byte[]? answer = null;
        LivenessConnection? connection = null;
        ConnectionDelegate connect = Builder(services, async context =>
        {
            connection = context.Features.Get<ILivenessConnectionFeature>()!.Connection;
            await context.Transport.Output.WriteAsync("hello"u8.ToArray());
            ReadResult read = await context.Transport.Input.ReadAtLeastAsync(5);
            answer = read.Buffer.FirstSpan.ToArray();
            context.Transport.Input.AdvanceTo(read.Buffer.End);
        });

        await Task.WhenAll(accept(left), connect(right)).WaitAsync(TestServer.Limit);

        answer.Should().Equal("hello"u8.ToArray());
        (connection!.Name, connection.Mode, connection.Monitor.Loss).Should().Be(("cluster", LivenessMode.InBand, null));
    }

    [Fact]
    public async Task Watching_alone_fails_for_want_of_a_socket_and_says_so()
    {
        await using ServiceProvider services = Services(LivenessMode.KernelOnly);
        bool isReached = false;
        ConnectionDelegate accept = Builder(services, _ =>
        {
            isReached = true;
            return Task.CompletedTask;
        });

        Func<Task> accepting = () => accept(Pair().Left).WaitAsync(TestServer.Limit);

        await accepting.Should().ThrowAsync<Exception>().WithMessage("*socket*");
        isReached.Should().BeFalse();
    }

    [Fact]
    public async Task A_name_that_nobody_configured_and_a_container_without_a_factory_are_errors_at_once()
    {
        await using ServiceProvider services = Services(LivenessMode.InBand);
        await using ServiceProvider empty = new ServiceCollection().BuildServiceProvider();

        new ConnectionBuilder(services).Invoking(static builder => builder.UseLiveness("clutser")).Should().Throw<ArgumentException>().WithMessage("*\"cluster\"*");
        new ConnectionBuilder(empty).Invoking(static builder => builder.UseLiveness("cluster")).Should().Throw<InvalidOperationException>().WithMessage("*AddLiveness*");
    }

    private static ServiceProvider Services(LivenessMode mode)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddLiveness("cluster", options =>
        {
            options.DetectWithin = TimeSpan.FromSeconds(30);
            options.Mode = mode;
        });
        return services.BuildServiceProvider();
    }

    private static ConnectionDelegate Builder(IServiceProvider services, Func<ConnectionContext, Task> application)
    {
        ConnectionBuilder builder = new(services);
        builder.UseLiveness("cluster").Run(context => application(context));
        return builder.Build();
    }

    private static (DefaultConnectionContext Left, DefaultConnectionContext Right) Pair()
    {
        Pipe toRight = new();
        Pipe toLeft = new();
        return (
            new DefaultConnectionContext("left") { Transport = new End(toLeft.Reader, toRight.Writer) },
            new DefaultConnectionContext("right") { Transport = new End(toRight.Reader, toLeft.Writer) });
    }

    private sealed class End(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
