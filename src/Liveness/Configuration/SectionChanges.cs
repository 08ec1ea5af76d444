using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Liveness;

/// <summary>Tells that the configuration has changed, perhaps elsewhere than in the section that is bound.</summary>
internal sealed class SectionChanges(string name, ConfigurationView configuration) : IOptionsChangeTokenSource<LivenessOptions>
{
    public string Name => name;

    public IChangeToken GetChangeToken() => configuration.GetReloadToken();
}
