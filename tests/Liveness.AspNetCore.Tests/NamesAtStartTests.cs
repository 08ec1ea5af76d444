using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Liveness.AspNetCore.Tests;

/// <summary>A name that nothing is configured for is found when the host starts, by everything that takes one.</summary>
public sealed class NamesAtStartTests
{
    private const string Told = "Nothing is configured for the name \"device\". Known: \"devices\", \"upstream\".";
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task An_endpoint_with_an_unknown_name_does_not_start()
    {
        WebApplicationBuilder builder = Builder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseLiveness("device")));

        (await StartAsync<ArgumentException>(builder)).Message.Should().Contain(Told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_health_check_with_an_unknown_name_does_not_start(bool isCritical)
    {
        WebApplicationBuilder builder = Builder();
        builder.Services.AddHealthChecks().AddLiveness(options =>
        {
            options.Names = isCritical ? null : ["devices", "device"];
            options.CriticalNames = isCritical ? ["upstream", "device"] : [];
        });

        (await StartAsync<OptionsValidationException>(builder)).Failures.Should().ContainSingle().Which.Should().Contain(isCritical ? "CriticalNames" : "Names").And.Contain(Told);
    }

    [Fact]
    public async Task Known_names_start()
    {
        WebApplicationBuilder builder = Builder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.UseLiveness("devices")));
        builder.Services.AddHealthChecks().AddLiveness(options => (options.Names, options.CriticalNames) = (["devices"], ["upstream"]));
        await using WebApplication application = builder.Build();

        await application.StartAsync().WaitAsync(s_safety);

        await application.StopAsync().WaitAsync(s_safety);
    }

    private static WebApplicationBuilder Builder()
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        builder.Services.AddLiveness("devices");
        builder.Services.AddLiveness("upstream");
        return builder;
    }

    private static async Task<T> StartAsync<T>(WebApplicationBuilder builder)
        where T : Exception
    {
        // Kestrel's own options are read when the application is built.
        Func<Task> starting = async () =>
        {
            await using WebApplication application = builder.Build();
            await application.StartAsync().WaitAsync(s_safety);
        };
        return (await starting.Should().ThrowAsync<T>()).Which;
    }
}
