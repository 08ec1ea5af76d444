using System.Globalization;
using System.Text;

namespace Liveness.Tool.Doctor;

/// <summary>What has come and gone since the look before, a line each, with the time of day.</summary>
internal sealed class WatchReport
{
    private Dictionary<string, string> _before = [];

    public string Write(Survey survey, DateTimeOffset now)
    {
        Dictionary<string, string> found = [];
        StringBuilder text = new();
        string time = now.ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        foreach (SurveyedSocket one in survey.Connections)
        {
            foreach (Finding finding in one.Findings)
            {
                string key = $"{one.Namespace} {one.Socket.Local} {one.Socket.Remote} {finding.Kind}";
                string line = $"{TextReport.ProcessOf(one)} {TextReport.PathOf(one)}";
                found[key] = $"{line}: {finding.Kind}";
                if (!_before.ContainsKey(key))
                {
                    string severity = finding.Severity == Severity.Problem ? "PROBLEM" : "risk   ";
                    text.Append(CultureInfo.InvariantCulture, $"{time} {severity} {line}: {finding.Text}\n");
                }
            }
        }

        foreach (string over in _before.Where(one => !found.ContainsKey(one.Key)).Select(one => one.Value))
        {
            text.Append(CultureInfo.InvariantCulture, $"{time} over    {over}\n");
        }

        _before = found;
        return text.ToString();
    }
}
