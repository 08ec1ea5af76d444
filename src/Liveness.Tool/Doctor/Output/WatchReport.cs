using System.Globalization;
using System.Text;

namespace Liveness.Tool.Doctor;

/// <summary>What has come and gone since the look before, a line each, with the time of day; what is not seen, when that changes.</summary>
internal sealed class WatchReport
{
    private Dictionary<string, string> _before = [];
    private HashSet<string> _unseen = [];

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

        foreach (string unseen in survey.Unseen.Where(one => !_unseen.Contains(WithoutNumbers(one))))
        {
            text.Append(CultureInfo.InvariantCulture, $"{time} not seen: {unseen}\n");
        }

        _before = found;
        _unseen = [.. survey.Unseen.Select(WithoutNumbers)];
        return text.ToString();
    }

    /// <summary>One process more or less is no news.</summary>
    private static string WithoutNumbers(string text) => string.Concat(text.Where(c => !char.IsDigit(c)));
}
