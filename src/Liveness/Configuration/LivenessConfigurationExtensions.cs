using Liveness;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Binds configuration to the settings of a name.</summary>
public static class LivenessConfigurationExtensions
{
    /// <summary>
    /// Binds a section of the container's IConfiguration to the settings of this name, and follows its changes.
    /// </summary>
    /// <remarks>
    /// <para>It replaces the method of the same name in Microsoft.Extensions.Options.ConfigurationExtensions, which treats absent and
    /// misspelt keys as defaults. Here a section that doesn't exist, a key that is no setting and a value that can't be read are failures,
    /// both when the host starts and at every change. Each failure names its full path and the allowed values.</para>
    /// <para>A setting that is absent after a change keeps its value, and that is logged once: a file that vanishes or breaks changes no
    /// connection. To go back to a default, write the default or null. An empty section (<c>"Devices": {}</c>) sets everything in it back
    /// to its default.</para>
    /// <para>Write durations as hours:minutes:seconds, with days before a dot; shorter forms are refused. "Infinite" means
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</para>
    /// </remarks>
    /// <param name="builder">The builder that <see cref="LivenessServiceCollectionExtensions.AddLiveness"/> returns.</param>
    /// <param name="configSectionPath">The path of the section, such as "Liveness:Devices"; empty means the whole configuration.</param>
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
