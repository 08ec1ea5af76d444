namespace Liveness.AspNetCore.Tests.Browser;

/// <summary>Tests in the browser come one after the other: they share it, and some of them measure.</summary>
[CollectionDefinition(Name)]
public sealed class OneBrowser : ICollectionFixture<BrowserFixture>
{
    public const string Name = "browser";
}
