namespace Liveness.Benchmarks;

/// <summary>Makes a chart of the files of several runs.</summary>
internal static class ReportRun
{
    /// <param name="files">As <see cref="ResultFile"/> writes them.</param>
    /// <param name="chart">Written.</param>
    /// <param name="title">Null = the names of the benchmarks.</param>
    /// <param name="only">What has none of these in its name is left out; empty = all of it is drawn.</param>
    /// <exception cref="FormatException">A file is none, or nothing is left to be drawn.</exception>
    public static void Run(string[] files, string chart, string? title, string[] only)
    {
        ResultDocument[] documents = [.. files.Select(file => Only(Read(file), only))];
        if (documents.All(static document => document.Rows.Count == 0))
        {
            throw new FormatException("No row has any of these texts in its name.");
        }

        string text = title ?? string.Join(", ", documents.Select(static document => document.Benchmark));
        File.WriteAllText(chart, SvgChart.Draw(text, documents));
        Console.WriteLine($"{chart}: {documents.Sum(static document => document.Rows.Count)} figures");
    }

    private static ResultDocument Only(ResultDocument document, string[] only) => only.Length == 0
        ? document
        : document with { Rows = [.. document.Rows.Where(row => only.Any(text => row.Name.Contains(text, StringComparison.OrdinalIgnoreCase)))] };

    private static ResultDocument Read(string file)
    {
        try
        {
            return ResultDocument.FromJson(File.ReadAllText(file));
        }
        catch (FormatException failure)
        {
            throw new FormatException($"{file}: {failure.Message}", failure);
        }
    }
}
