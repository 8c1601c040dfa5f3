using System.CommandLine;
using W2SR.Core.Handover;

namespace W2SR.Samples.Handover;

/// <summary><c>judge FORM FILE</c>: responses of an engine into an evaluation folder, with verdicts.</summary>
internal static class JudgeCommand
{
    private static readonly Argument<string> Form = new("form") { Description = "llamafactory (generated_predictions.jsonl), trl (completions parquet), verl (STEP.jsonl), vllm (run-batch output), lighteval (details parquet)." };
    private static readonly Argument<string> Responses = new("file") { Description = "The responses." };
    private static readonly Option<string> Handover = new("--handover") { Description = "The hand-over that the engine was given: problems, prompt and template are taken from it.", Required = true };
    private static readonly Option<string?> ProblemFile = new("--problems") { Description = "Problems that were answered, when they are others than those of the hand-over." };
    private static readonly Option<string> Name = new("--name") { Description = "Name of the model.", Required = true };
    private static readonly Option<string> Output = new("--out") { Description = "Evaluation folder.", Required = true };
    private static readonly Option<string?> Tokenizer = new("--tokenizer") { Description = "Folder with the model's tokenizer, to tell what was cut off where the engine does not say." };

    /// <summary>Shared with the whole way.</summary>
    public static Option<bool> Answered { get; } = new("--answered") { Description = "Judges the problems that were answered only; every model to compare must have answered the same ones." };

    public static Command Create()
    {
        Form.AcceptOnlyFromAmong(ReturnedJudge.Forms);
        var command = new Command("judge", "Judges responses that an engine generated, and keeps responses, verdicts and result in an evaluation folder.")
        {
            Form, Responses, Handover, ProblemFile, Name, Output, Tokenizer, Answered,
        };
        foreach (var option in SamplingArguments.All) command.Add(option);
        command.SetAction(parsed => Commands.Run(() => Judge(parsed)));
        return command;
    }

    private static int Judge(ParseResult parsed)
    {
        var judge = new ReturnedJudge
        {
            Handover = HandoverFolder.Open(parsed.GetValue(Handover)!),
            Sampling = SamplingArguments.Read(parsed),
            ProblemFile = parsed.GetValue(ProblemFile),
            TokenizerFolder = parsed.GetValue(Tokenizer),
            AnsweredOnly = parsed.GetValue(Answered),
        };
        judge.Judge(parsed.GetValue(Form)!, parsed.GetValue(Responses)!, parsed.GetValue(Name)!, parsed.GetValue(Output)!);
        return 0;
    }
}
