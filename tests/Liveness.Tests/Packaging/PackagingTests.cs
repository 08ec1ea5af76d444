using System.Reflection;
using System.Xml.Linq;
using Liveness.Tests.Pages;

namespace Liveness.Tests.Packaging;

/// <summary>What the project files say of the packages; .ci/consumer looks into the packages themselves.</summary>
public sealed class PackagingTests
{
    private static readonly string s_root = Page.Root;

    public static TheoryData<string> Shipped => [.. Packed];

    [Fact]
    public void The_version_stands_in_one_place()
    {
        string[] names = ["Version", "VersionPrefix", "VersionSuffix", "PackageVersion", "AssemblyVersion", "FileVersion", "InformationalVersion"];
        IEnumerable<string> files = ((string[])["src", "tests", "samples"]).SelectMany(folder => ProjectFiles(folder, "*.*proj", "*.props", "*.targets"));

        files.Append(BuildProps).SelectMany(Settings).Where(setting => names.Contains(setting.Name.LocalName)).Should().ContainSingle().Which.Value.Should().Be(Version());
    }

    [Theory]
    [InlineData("Liveness")]
    [InlineData("Liveness.Testing")]
    public void The_assemblies_are_of_that_version(string assemblyName)
    {
        Assembly assembly = Assembly.Load(assemblyName);

        assembly.GetName().Version!.ToString(3).Should().Be(Version());
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Should().StartWith(Version());
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Every_package_describes_itself_and_is_in_the_solution(string project)
    {
        string file = Path.Combine(s_root, "src", project, project + ".csproj");

        Settings(file).Where(setting => setting.Name.LocalName == "Description").Should().ContainSingle().Which.Value.Length.Should().BeInRange(50, 4000);
        File.ReadAllText(Path.Combine(s_root, "Liveness.sln")).Should().Contain($@"""src\{project}\{project}.csproj""", "dotnet pack packs what stands there");
    }

    [Fact]
    public void The_pages_add_packages_that_exist()
    {
        string[] added = [.. Page.All.SelectMany(Added)];

        added.Should().NotBeEmpty().And.BeSubsetOf(Packed);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Every_package_brings_a_page_of_its_own_that_adds_it(string project)
    {
        Page page = Page.Named($"src/{project}/README.md");

        page.Lines[0].Should().Be($"# {project}");
        Added(page).Concat(Installed(page)).Concat(Named(page, "dotnet tool install --global ")).Should().Contain(project);
    }

    /// <summary>Whoever references the package gets them; it depends on nothing for their sake.</summary>
    [Fact]
    public void The_analyzers_are_packed_into_the_library_and_are_no_package_of_their_own()
    {
        string[] inside = ["Liveness.Analyzers", "Liveness.Analyzers.CodeFixes"];
        XDocument library = XDocument.Load(Path.Combine(s_root, "src", "Liveness", "Liveness.csproj"));

        ProjectFiles("src", "*.csproj").Select(file => Path.GetFileNameWithoutExtension(file)).Except(Packed).Should().BeEquivalentTo(inside);
        IEnumerable<XElement> references = library.Descendants("ProjectReference");
        references.Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!)).Should().BeEquivalentTo(inside);
        references.Should().OnlyContain(reference => (string?)reference.Attribute("ReferenceOutputAssembly") == "false" && (string?)reference.Attribute("PrivateAssets") == "all");
        library.Descendants("TfmSpecificPackageFile").Should().ContainSingle().Which.Attribute("PackagePath")!.Value.Should().Be("analyzers/dotnet/cs");
    }

    private static IEnumerable<string> Packed =>
        ProjectFiles("src", "*.csproj").Where(file => !Settings(file).Any(setting => setting.Name.LocalName == "IsPackable" && setting.Value == "false"))
            .Select(file => Path.GetFileNameWithoutExtension(file));

    private static string BuildProps => Path.Combine(s_root, "Directory.Build.props");

    private static IEnumerable<string> Added(Page page) => Named(page, "dotnet add package ");

    private static IEnumerable<string> Installed(Page page) => Named(page, "dotnet new install ");

    private static IEnumerable<string> Named(Page page, string command) =>
        page.Lines.Where(line => line.StartsWith(command, StringComparison.Ordinal)).Select(line => line[command.Length..]);

    private static string Version() => Settings(BuildProps).Single(setting => setting.Name.LocalName == "VersionPrefix").Value;

    private static IEnumerable<XElement> Settings(string file) => XDocument.Load(file).Descendants("PropertyGroup").Elements();

    // What a build leaves in obj is not ours, and what is copied from a template is somebody else's.
    private static IEnumerable<string> ProjectFiles(string folder, params string[] patterns) =>
        patterns.SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(s_root, folder), pattern, SearchOption.AllDirectories))
            .Where(file => !Path.GetRelativePath(s_root, file).Split(Path.DirectorySeparatorChar).Any(static part => part is "obj" or "templates"));
}
