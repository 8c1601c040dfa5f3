using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using W2SR.Core.Verification;

namespace W2SR.Samples.AuditVerifier;

/// <summary>Judges a file of pairs.</summary>
internal static class PairAudit
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static int Run(string input, string output, CancellationToken cancellation)
    {
        var pairs = JsonLines.Read(input).Select(r => (
            Id: r.Record.Field("id") ?? throw new InvalidDataException($"{input}, line {r.Line}: no 'id'."),
            Gold: r.Record.Field("gold") ?? throw new InvalidDataException($"{input}, line {r.Line}: no 'gold'."),
            Prediction: r.Record.Field("pred") ?? throw new InvalidDataException($"{input}, line {r.Line}: no 'pred'."))).ToArray();
        var verifier = new MathVerifier();
        var verdicts = new Verdict[pairs.Length];
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < pairs.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            verdicts[i] = verifier.Verify(pairs[i].Gold, pairs[i].Prediction);
        }
        watch.Stop();
        var partial = output + ".partial";
        using (var writer = new StreamWriter(partial) { NewLine = "\n" })
            for (var i = 0; i < pairs.Length; i++)
                writer.WriteLine(JsonSerializer.Serialize(new
                {
                    id = pairs[i].Id,
                    verdict = Camel(verdicts[i].Outcome),
                    tier = verdicts[i].Tier is { } tier ? Camel(tier) : null,
                    extraction = Camel(verdicts[i].Extraction),
                    goldNormal = verdicts[i].GoldNormal,
                    predNormal = verdicts[i].PredictedNormal,
                    reason = verdicts[i].Reason,
                }, Json));
        File.Move(partial, output, overwrite: true);
        foreach (var group in verdicts.GroupBy(v => v.Outcome).OrderBy(g => g.Key)) Console.WriteLine($"{Camel(group.Key)}: {group.Count()}");
        Console.WriteLine($"{pairs.Length / Math.Max(watch.Elapsed.TotalSeconds, 1e-9):F0} verdicts per second");
        return 0;
    }

    private static string Camel<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
