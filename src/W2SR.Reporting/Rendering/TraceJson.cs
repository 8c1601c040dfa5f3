using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using W2SR.Core.Verification;
using W2SR.Reporting.Traces;

namespace W2SR.Reporting.Rendering;

/// <summary>
/// The traces as data of the page. The encoder escapes every character that could end the script element that holds them or begin another; the script
/// puts them into the page as text only.
/// </summary>
internal static class TraceJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    public static string Write(TraceBrowser browser) => Encode(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("models");
        foreach (var model in browser.Models)
        {
            json.WriteStartObject();
            json.WriteString("name", Valid(model.Name));
            if (model.Base is { } b) json.WriteNumber("base", b);
            if (model.Teacher is { } t) json.WriteNumber("teacher", t);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("problems");
        foreach (var problem in browser.Problems)
        {
            json.WriteStartObject();
            json.WriteString("id", Valid(problem.Id));
            if (problem.Question is { } question) json.WriteString("question", Valid(question));
            if (problem.Gold is { } gold) json.WriteString("gold", Valid(gold));
            json.WriteStartArray("responses");
            foreach (var samples in problem.Responses)
            {
                json.WriteStartArray();
                foreach (var response in samples) Write(json, response);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Bytes that a response takes in the page.</summary>
    public static int SizeOf(BrowsedResponse response) => Encoding.UTF8.GetByteCount(Encode(json => Write(json, response)));

    private static void Write(Utf8JsonWriter json, BrowsedResponse response)
    {
        json.WriteStartObject();
        json.WriteNumber("sample", response.Sample);
        json.WriteString("outcome", Words(response.Verdict.Outcome));
        if (response.Verdict.Tier is { } tier) json.WriteString("tier", tier.ToString().ToLowerInvariant());
        json.WriteString("rule", response.Verdict.Extraction.ToString());
        json.WriteString("reason", Valid(response.Verdict.Reason));
        if (response.Verdict.PredictedNormal is { } read) json.WriteString("read", Valid(read));
        json.WriteString("finish", response.FinishReason.ToString());
        if (response.IsCutOff) json.WriteBoolean("cut", true);
        if (response.Tokens > 0) json.WriteNumber("tokens", response.Tokens);
        json.WriteStartArray("pieces");
        foreach (var piece in response.Pieces)
        {
            json.WriteStartArray();
            json.WriteNumberValue((int)piece.Kind);
            json.WriteStringValue(Valid(piece.Text));
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Words(VerdictOutcome outcome) => outcome switch
    {
        VerdictOutcome.Correct => "right",
        VerdictOutcome.Incorrect => "wrong",
        VerdictOutcome.NoAnswer => "no answer",
        _ => "not verifiable",
    };

    private static string Encode(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options)) write(json);
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    /// <summary>A lone half of a surrogate pair is no Unicode text; it becomes a replacement mark.</summary>
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
