using System.Globalization;
using System.Xml.Linq;

namespace Liveness.Tool.Conformance;

/// <summary>The report as build servers read it: a suite for each section, NON-STRICT as a pass with output.</summary>
internal static class JUnitForm
{
    public static string Of(ConformanceReport report) => new XDocument(new XElement(
        "testsuites",
        new XAttribute("name", "liveness conformance"),
        new XAttribute("tests", report.Results.Count),
        new XAttribute("failures", report.Count(Verdict.Failed)),
        new XAttribute("errors", report.Count(Verdict.NotPlayed)),
        new XAttribute("time", Seconds(report.Took)),
        report.Results.GroupBy(result => result.Case.Section).Select(Suite))).ToString() + "\n";

    private static XElement Suite(IGrouping<string, CaseResult> section) => new(
        "testsuite",
        new XAttribute("name", $"section {section.Key}"),
        new XAttribute("tests", section.Count()),
        new XAttribute("failures", section.Count(result => result.Verdict == Verdict.Failed)),
        new XAttribute("errors", section.Count(result => result.Verdict == Verdict.NotPlayed)),
        new XAttribute("skipped", section.Count(result => result.Verdict == Verdict.Unsupported)),
        section.Select(Case));

    private static XElement Case(CaseResult result)
    {
        string transcript = Printable(string.Join('\n', result.Transcript));
        string why = Printable(result.Told ?? "");
        XElement element = new(
            "testcase",
            new XAttribute("classname", $"section {result.Case.Section}"),
            new XAttribute("name", $"{result.Case.Id} {Printable(result.Case.Name)}"),
            new XAttribute("time", Seconds(result.Took)));
        switch (result.Verdict)
        {
            case Verdict.Failed:
                element.Add(new XElement("failure", new XAttribute("message", why), transcript));
                break;
            case Verdict.NotPlayed:
                element.Add(new XElement("error", new XAttribute("message", why)));
                break;
            case Verdict.Unsupported:
                element.Add(new XElement("skipped", new XAttribute("message", why)));
                break;
            case Verdict.NonStrict:
                element.Add(new XElement("system-out", $"NON-STRICT: {why}\n{transcript}"));
                break;
            case Verdict.Ok when result.Times > 1:
                element.Add(new XElement("system-out", why));
                break;
        }

        return element;
    }

    /// <summary>XML has no other control characters.</summary>
    private static string Printable(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) && c is not ('\n' or '\t') ? $"\\u{(int)c:x4}" : c.ToString()));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);
}
