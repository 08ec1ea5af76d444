using Liveness;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Binds configuration to the settings of a name.</summary>
public static class LivenessConfigurationExtensions
{
    /// <summary>
    /// Binds a section of the container's IConfiguration to the settings of this name, and follows its changes:
    /// <c>services.AddLiveness("devices").BindConfiguration("Liveness:Devices")</c>.
    /// </summary>
    /// <remarks>
    /// <para>It takes the place of the method of the same name in Microsoft.Extensions.Options.ConfigurationExtensions, which takes what is
    /// absent or misspelt for a default. Here a section that does not exist, a key that is no setting and a value that can't be read are
    /// failures, when the host starts and at every change, each with its full path and what is allowed there.</para>
    /// <para>What was there and is absent after a change stays as it was, and is logged once: a file that vanishes or breaks changes no
    /// connection. To go back to a default write it, or null; an empty section (<c>"Devices": {}</c>) says so of everything in it.</para>
    /// <para>Durations are written hours:minutes:seconds, days before a dot; shorter forms are refused.
    /// <see cref="Timeout.InfiniteTimeSpan"/> is "Infinite".</para>
    /// </remarks>
    /// <param name="builder">Of <see cref="LivenessServiceCollectionExtensions.AddLiveness"/>.</param>
    /// <param name="configSectionPath">Such as "Liveness:Devices"; empty = the whole configuration.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example>
    /// <code>
    /// builder.Services.AddLiveness("devices").BindConfiguration("Liveness:Devices");
    /// </code>
    /// </example>
    public static OptionsBuilder<LivenessOptions> BindConfiguration(this OptionsBuilder<LivenessOptions> builder, string configSectionPath)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configSectionPath);
        string name = builder.Name;
        builder.Services.AddSingleton<IConfigureOptions<LivenessOptions>>(
            services => new SectionBinding(name, configSectionPath, ConfigurationView.Of(services)));
        builder.Services.AddSingleton<IOptionsChangeTokenSource<LivenessOptions>>(
            services => new SectionChanges(name, ConfigurationView.Of(services)));
        return builder;
    }
}
