using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Liveness.Tests.Configuration;

/// <summary>
/// Writes the JSON schema that the package brings for appsettings.json, from the table that settings are read by and from the
/// documentation of the options.
/// </summary>
internal static partial class SchemaText
{
    private const string Definition = "livenessSettings";
    private const string Duration = @"([0-9]{1,8}\.)?([01]?[0-9]|2[0-3]):[0-5]?[0-9]:[0-5]?[0-9](\.[0-9]{1,7})?";

    private static readonly JsonSerializerOptions s_format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly LivenessOptions s_defaults = new();
    private static readonly Dictionary<string, XElement> s_members =
        XDocument.Load(Path.ChangeExtension(typeof(LivenessOptions).Assembly.Location, ".xml")).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

    public static string Render()
    {
        JsonObject settings = SectionOf("");
        JsonObject root = new()
        {
            ["type"] = "object",
            ["definitions"] = new JsonObject { [Definition] = settings },
            ["properties"] = new JsonObject
            {
                ["Liveness"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "Settings of Liveness: one section for each name, such as \"Devices\", or the settings themselves.",
                    ["properties"] = new JsonObject(SettingTable.KeysIn("").Select(
                        key => KeyValuePair.Create(key, (JsonNode?)Reference($"#/definitions/{Definition}/properties/{key}")))),
                    ["additionalProperties"] = Reference($"#/definitions/{Definition}"),
                },
            },
        };
        return root.ToJsonString(s_format).ReplaceLineEndings("\n") + "\n";
    }

    private static JsonObject Reference(string pointer) => new() { ["$ref"] = pointer };

    private static JsonObject SectionOf(string path)
    {
        JsonObject keys = [];
        foreach (string key in SettingTable.KeysIn(path))
        {
            string inner = SectionText.Join(path, key);
            keys[key] = SettingTable.Find(inner) is { } setting ? ValueOf(setting) : SectionOf(inner);
        }

        JsonObject section = new() { ["type"] = "object" };
        if (path.Length > 0)
        {
            section["description"] = DescriptionOf(path);
        }

        section["properties"] = keys;
        section["additionalProperties"] = false;
        return section;
    }

    private static JsonObject ValueOf(Setting setting)
    {
        SettingForm form = setting.Form is IOptionalForm optional ? optional.Form : setting.Form;
        JsonObject value = new()
        {
            ["type"] = new JsonArray([.. TypesOf(form).Append("null").Select(type => (JsonNode)type)]),
            ["description"] = $"{DescriptionOf(setting.Path)} Allowed: {form.Allowed}.",
        };
        switch (form)
        {
            case DurationForm duration:
                value["pattern"] = duration.MayBeInfinite ? $"^({Duration}|{DurationText.Infinite})$" : $"^{Duration}$";
                break;
            case NumberForm number:
                value["minimum"] = number.Least;
                value["maximum"] = number.Most;
                break;
            case IChoiceForm choice:
                value["enum"] = new JsonArray([.. choice.Names.Select(name => (JsonNode?)name).Append(null)]);
                break;
            case TextForm { Pattern: { } pattern }:
                value["pattern"] = pattern;
                break;
        }

        string standard = setting.Text(s_defaults);
        if (standard != "null")
        {
            value["default"] = form switch
            {
                NumberForm => int.Parse(standard),
                FlagForm => bool.Parse(standard),
                _ => standard,
            };
        }

        return value;
    }

    private static IEnumerable<string> TypesOf(SettingForm form) => form switch
    {
        NumberForm => ["integer"],
        FlagForm => ["boolean"],
        TextForm { MayBeNumber: true } => ["string", "integer"],
        _ => ["string"],
    };

    /// <summary>What the documentation of the property says; of what is not ours, that of the section.</summary>
    private static string DescriptionOf(string path)
    {
        Type type = typeof(LivenessOptions);
        string? description = null;
        foreach (string name in path.Split(':'))
        {
            PropertyInfo property = type.GetProperty(name, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)!;
            string extended = s_members.Keys.FirstOrDefault(key => key.StartsWith($"P:{type.FullName}Extensions.", StringComparison.Ordinal) && key.EndsWith($".{name}", StringComparison.Ordinal)) ?? "";
            description = DocumentationOf($"P:{type.FullName}.{name}") ?? DocumentationOf(extended) ?? description;
            type = property.PropertyType;
        }

        return description!;
    }

    private static string? DocumentationOf(string member)
    {
        if (!s_members.TryGetValue(member, out XElement? documentation))
        {
            return null;
        }

        return documentation.Element("inheritdoc") is { } inherited
            ? DocumentationOf((string)inherited.Attribute("cref")!)
            : Spaces().Replace($"{Text(documentation.Element("summary")!)} {Text(documentation.Element("value"))}", " ").Trim();
    }

    private static string Text(XElement? element) => element is null ? "" : string.Concat(element.Nodes().Select(node => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" } see => NameOf((string?)see.Attribute("cref") ?? (string?)see.Attribute("langword") ?? ""),
        XElement other => other.Value,
        _ => "",
    }));

    private static string NameOf(string target) =>
        target == "F:System.Threading.Timeout.InfiniteTimeSpan" ? $"\"{DurationText.Infinite}\"" : target.Split('(')[0].Split('.', ':')[^1];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
