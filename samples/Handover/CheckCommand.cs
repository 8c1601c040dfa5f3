using System.CommandLine;
using W2SR.Core.Handover;

namespace W2SR.Samples.Handover;

/// <summary><c>check FOLDER</c>: whether a hand-over is whole and as it was written.</summary>
internal static class CheckCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "The hand-over." };

    public static Command Create()
    {
        var command = new Command("check", "Opens a hand-over: every file is there and unchanged, and its rows are the traces that were given.") { Folder };
        command.SetAction(parsed => Commands.Run(() => Check(parsed.GetValue(Folder)!)));
        return command;
    }

    private static int Check(string path)
    {
        var folder = HandoverFolder.Open(path);
        var manifest = folder.Manifest;
        Console.WriteLine($"{manifest.Engine}, {manifest.Purpose}, written by W2SR.Core {manifest.Library}: {manifest.Files.Count} files, whole and unchanged.");
        foreach (var (name, value) in manifest.Source) Console.WriteLine($"  {name}: {value}");
        if (manifest.Purpose != "sft") return 0;
        var given = folder.Traces.Select(t => HandoverRow.IdOf(t.ProblemId, t.SampleIndex)).ToHashSet(StringComparer.Ordinal);
        var rows = folder.ReadRows();
        Console.WriteLine($"{rows.Count} rows in {manifest.TrainingFile}, {rows.Count(r => r.Id is not null && given.Contains(r.Id))} of them led back to the {given.Count} traces that were given; {folder.ReadValidationRows().Count} rows for validation.");
        return 0;
    }
}
