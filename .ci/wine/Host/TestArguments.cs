using System.Globalization;
using Xunit.Abstractions;

namespace Liveness.Ci.Wine;

/// <summary>--skips FILE, --only PART (any number), --patience SECONDS (300): what the runner is told.</summary>
internal sealed class TestArguments
{
    public SkipList Skips { get; private set; } = SkipList.Empty;

    /// <summary>Parts of names; none = all tests.</summary>
    public List<string> Only { get; } = [];

    /// <summary>A test that takes longer is stuck, and with it the run.</summary>
    public TimeSpan Patience { get; private set; } = TimeSpan.FromMinutes(5);

    public static TestArguments Parse(string[] args)
    {
        TestArguments parsed = new();
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            string value = args[i + 1];
            switch (args[i])
            {
                case "--skips":
                    parsed.Skips = SkipList.Read(value);
                    break;
                case "--only":
                    parsed.Only.Add(value);
                    break;
                case "--patience":
                    parsed.Patience = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture));
                    break;
                default:
                    throw new ArgumentException($"{args[i]} is none of --skips, --only and --patience.", nameof(args));
            }
        }

        return parsed;
    }

    public bool Wants(ITestCase test) =>
        (Only.Count == 0 || Only.Exists(part => test.DisplayName.Contains(part, StringComparison.Ordinal))) && Skips.ReasonFor(test) is null;
}
