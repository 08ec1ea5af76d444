using System.Globalization;

namespace Liveness.Benchmarks;

/// <summary>What a figure has to be.</summary>
/// <param name="Sign">One of &gt;, &gt;= and &lt;=.</param>
/// <param name="Limit">In the unit of the figure.</param>
internal readonly record struct Budget(string Sign, double Limit)
{
    public static Budget AtLeast(double limit) => new(">=", limit);

    public static Budget Above(double limit) => new(">", limit);

    public static Budget AtMost(double limit) => new("<=", limit);

    public bool IsMet(double value) => Sign switch
    {
        ">=" => value >= Limit,
        ">" => value > Limit,
        _ => value <= Limit,
    };

    /// <summary>The figure itself is printed beside it.</summary>
    public string Judge(double value, string format = "0.00") =>
        string.Create(CultureInfo.InvariantCulture, $"{Sign} {Limit.ToString(format, CultureInfo.InvariantCulture)} {(IsMet(value) ? "ok" : "SHORT")}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sign} {Limit}");
}
