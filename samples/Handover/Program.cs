using System.CommandLine;
using W2SR.Samples.Handover;

var root = new RootCommand("Hands traces over to LLaMA-Factory, TRL, verl and vLLM, and takes back what they make of them.")
{
    ExportCommand.Create(),
    CheckCommand.Create(),
    CurveCommand.Create(),
    JudgeCommand.Create(),
    RgrCommand.Create(),
    RoundTripCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
