namespace Liveness.Tests.Pages;

/// <summary>The page of losses tells of every type, diagnosis and condition that there is.</summary>
public sealed class LossesPageTests
{
    private static readonly string s_page = Page.Doc("losses.md").Text;

    [Fact]
    public void Every_type_of_loss_stands_in_the_table()
    {
        string table = Section("## Types\n");
        string[] types = [.. typeof(ConnectionLoss).Assembly.GetExportedTypes().Where(static type => type.IsSubclassOf(typeof(ConnectionLoss))).Select(static type => type.Name)];

        types.Should().HaveCountGreaterThan(10);
        types.Should().OnlyContain(type => table.Contains($"`{type}`"));
    }

    [Fact]
    public void Every_diagnosis_and_certainty_is_named()
    {
        Enum.GetNames<LossDiagnosis>().Should().OnlyContain(name => s_page.Contains($"`{name}`"));
        Enum.GetNames<LossCertainty>().Should().OnlyContain(name => s_page.Contains($"`{name}`"));
    }

    [Fact]
    public void Every_condition_stands_in_the_table()
    {
        string table = Section("## Conditions are not losses\n");

        Enum.GetValues<ConnectionConditions>().Where(static condition => condition != ConnectionConditions.None)
            .Should().OnlyContain(condition => table.Contains($"`{condition}`"));
    }

    private static string Section(string heading) => s_page.Split(heading)[1].Split("\n## ")[0];
}
