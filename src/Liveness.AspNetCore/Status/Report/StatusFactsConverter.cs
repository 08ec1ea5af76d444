using System.Text.Json;
using System.Text.Json.Serialization;

namespace Liveness.AspNetCore;

/// <summary>Measurements as one object: numbers are numbers. What was not measured is absent.</summary>
internal sealed class StatusFactsConverter : JsonConverter<IReadOnlyList<StatusFact>>
{
    public override IReadOnlyList<StatusFact> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("A report is written only.");

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<StatusFact> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (StatusFact fact in value)
        {
            switch (fact.Value)
            {
                case long number:
                    writer.WriteNumber(fact.Key, number);
                    break;
                case double seconds:
                    writer.WriteNumber(fact.Key, seconds);
                    break;
                case bool flag:
                    writer.WriteBoolean(fact.Key, flag);
                    break;
                default:
                    writer.WriteString(fact.Key, (string)fact.Value);
                    break;
            }
        }

        writer.WriteEndObject();
    }
}
