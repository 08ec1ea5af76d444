using System.Globalization;

namespace Liveness.AspNetCore;

/// <summary>A line for many losses.</summary>
internal static class LossGroupHtml
{
    public static void Write(StatusHtml html, StatusLossGroup group, StatusQuery query)
    {
        string second = StatusQuery.SecondText(group.Second);
        StatusQuery each = query with
        {
            Second = group.Second,
            Diagnosis = Enum.Parse<LossDiagnosis>(group.Diagnosis),
            IsGrouped = true,
            LossPage = 1,
        };
        html.Raw("<li class=\"group\" data-key=\"g").Text(second).Raw("-").Text(group.Diagnosis).Raw("\">")
            .Link(each, "#lost-heading", " class=\"row\"")
            .Raw("<span class=\"when\"><span class=\"ago\">").Text(StatusText.Ago(group.AgeSeconds)).Raw("</span></span>")
            .Badge("bad", StatusWords.Of(group.Diagnosis))
            .Raw("<span class=\"who\"><strong>").Count(group.Count).Raw(" connections</strong> <span class=\"cause\">one cause?</span> ")
            .Raw("<span class=\"sub\">");
        WriteShared(html, group);
        html.Raw("</span></span><span class=\"silence\"><time datetime=\"").Text(second).Raw("\">")
            .Text(group.Second.ToUniversalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture))
            .Raw("</time></span></a></li>");
    }

    /// <summary>Where they are alike is where the cause may be.</summary>
    private static void WriteShared(StatusHtml html, StatusLossGroup group)
    {
        html.Raw("of ");
        bool isFirst = true;
        foreach ((string name, int count) in group.Names)
        {
            html.RawIf(!isFirst, ", ").Foreign(StatusText.Name(name));
            if (group.Names.Count > 1)
            {
                html.Raw(" (").Count(count).Raw(")");
            }

            isFirst = false;
        }

        if (group.OtherNames > 0)
        {
            html.Raw(" and ").Count(group.OtherNames).Raw(group.OtherNames == 1 ? " other name" : " other names");
        }

        if (group.Host is { } host)
        {
            html.RawIf(host.Length > 0, ", all at ").Foreign(host);
        }
        else
        {
            html.Raw(group.HasMoreHosts ? ", at more than " : ", at ").Count(group.Hosts).Raw(" addresses");
        }
    }
}
