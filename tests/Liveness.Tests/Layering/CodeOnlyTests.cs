namespace Liveness.Tests.Layering;

public sealed class CodeOnlyTests
{
    [Theory]
    [InlineData("a // b\nc", "a c")]
    [InlineData("a /* b\n * b */ c", "a c")]
    [InlineData("a \"b \\\" b\" c", "a c")]
    [InlineData("a @\"b \"\" \\\" c", "a c")]
    [InlineData("a \"\"\" b \" b \"\"\" c", "a c")]
    [InlineData("a \"\" c", "a c")]
    [InlineData("a '\"' c '\\'' d", "a c d")]
    [InlineData("a $\"b {c} {{b}} {(d ? \"b\" : e):b}\" f", "a c (d ? : e):b f")]
    public void Comments_and_texts_are_gone_and_the_code_in_holes_stays(string source, string code) =>
        string.Join(' ', CodeOnly.Of(source).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)).Should().Be(code);
}
