using System.Globalization;

namespace Liveness.Tests;

public sealed class PeerGoingAwayTests
{
    [Fact]
    public void Its_text_is_the_same_in_every_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            new PeerGoingAway("bye", TimeSpan.FromSeconds(7.5)).ToString().Should().Be("Going away, back after 0:00:07.5: \"bye\"");
            new PeerGoingAway("", null).ToString().Should().Be("Going away");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void It_refuses_what_makes_no_sense()
    {
        FluentActions.Invoking(() => new PeerGoingAway(null!, null)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new PeerGoingAway("", TimeSpan.FromTicks(-1))).Should().Throw<ArgumentOutOfRangeException>();
    }
}
