using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace W2SR.Core.Traces;

/// <summary>Log-probabilities of a response's tokens, in order. Two are equal when their values are, so that traces can be compared.</summary>
/// <param name="values">One natural logarithm for each token.</param>
[JsonConverter(typeof(TokenLogProbs.Converter))]
public sealed class TokenLogProbs(IEnumerable<float> values) : IReadOnlyList<float>, IEquatable<TokenLogProbs>
{
    private readonly float[] values = [.. values];

    /// <inheritdoc/>
    public int Count => values.Length;

    /// <inheritdoc/>
    public float this[int index] => values[index];

    /// <summary>The values, without a copy.</summary>
    public ReadOnlySpan<float> Values => values;

    /// <inheritdoc/>
    public bool Equals(TokenLogProbs? other) => other is not null && values.AsSpan().SequenceEqual(other.values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TokenLogProbs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(values.Length, values.FirstOrDefault(), values.LastOrDefault());

    /// <inheritdoc/>
    public IEnumerator<float> GetEnumerator() => ((IEnumerable<float>)values).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();

    internal sealed class Converter : JsonConverter<TokenLogProbs>
    {
        public override TokenLogProbs Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<float[]>(ref reader, options) ?? throw new JsonException("null"));

        public override void Write(Utf8JsonWriter writer, TokenLogProbs value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.values, options);
    }
}
