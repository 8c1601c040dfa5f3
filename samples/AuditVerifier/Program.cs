using System.CommandLine;
using W2SR.Samples.AuditVerifier;

var file = new Argument<string>("FILE") { Description = "JSON lines with a response (response or pred), its reference (gold or answer), or its problem's id (problemId or id) for --problems." };
var problems = new Option<string?>("--problems") { Description = "JSON lines {id, answer}: the references of traces that do not carry them." };
var limit = new Option<int>("--limit") { Description = "Disagreements to list.", DefaultValueFactory = _ => 50 };
var traces = new Command("traces", "Judges a file of traces with this library's verifier and with MATH's string normaliser, and lists where they disagree.") { file, problems, limit };
traces.SetAction((parsed, cancellation) => Task.FromResult(Guarded(() => TraceAudit.Run(parsed.GetValue(file)!, parsed.GetValue(problems), parsed.GetValue(limit), cancellation))));

var input = new Option<string>("--in") { Description = "JSON lines {id, gold, pred}.", Required = true };
var output = new Option<string>("--out") { Description = "JSON lines {id, verdict, tier, extraction, goldNormal, predNormal, reason}; written whole or not at all.", Required = true };
var pairs = new Command("pairs", "Judges pairs of reference and prediction.") { input, output };
pairs.SetAction((parsed, cancellation) => Task.FromResult(Guarded(() => PairAudit.Run(parsed.GetValue(input)!, parsed.GetValue(output)!, cancellation))));

return await new RootCommand("Audits the answer verifier.") { traces, pairs }.Parse(args).InvokeAsync();

static int Guarded(Func<int> run)
{
    try
    {
        return run();
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine("Stopped.");
        return 130;
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
    {
        Console.Error.WriteLine(e.Message);
        return 1;
    }
}
