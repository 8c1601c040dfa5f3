using System.Diagnostics;
using System.Text.Json.Nodes;
using W2SR.Core.Common;
using W2SR.Core.Handover;
using W2SR.Core.Problems;
using W2SR.Core.Traces;
using Trace = W2SR.Core.Traces.Trace;
using W2SR.Core.Verification;

namespace W2SR.Core.Tests.Handover;

/// <summary>A folder is taken back whole and as it was written, or refused by the name of what is wrong.</summary>
public sealed class HandoverFolderTests
{
    private static readonly Problem[] Problems = [new("p", "3+4?", "7")];

    [Fact]
    public void Open_NotAHandover_IsRefusedByName()
    {
        using var scratch = new ScratchFolder();
        Refused(scratch["absent"], "does not exist");
        Refused(scratch.Path, "is not a hand-over folder: it has no w2sr-handover.json");
        File.WriteAllText(scratch["w2sr-handover.json"], """{"format": "other", "version": 1}""");
        Refused(scratch.Path, "format: is not \"w2sr-handover\"");
        File.WriteAllText(scratch["w2sr-handover.json"], "{ \"format\": ");
        Refused(scratch.Path, "w2sr-handover.json: is damaged");
        File.WriteAllText(scratch["w2sr-handover.json"], "[]");
        Refused(scratch.Path, "something else wrote this file");
    }

    [Fact]
    public void Open_AnotherVersion_IsRefusedWithBothNumbers()
    {
        using var scratch = new ScratchFolder();
        var folder = Export(scratch);
        Edit(folder, m => m["version"] = 2);
        Refused(folder, "version: is 2; this library reads 1");
        Edit(folder, m => m.Remove("version"));
        Refused(folder, "version: is absent");
    }

    [Fact]
    public void Open_AnyFileGoneOrChanged_IsRefusedWithItsName()
    {
        using var scratch = new ScratchFolder();
        var files = HandoverFolder.Open(Export(scratch, "first")).Manifest.Files.Select(f => f.Path).ToArray();
        Assert.Contains("data/sft/train.jsonl", files);
        Assert.Contains("w2sr/traces.jsonl", files);
        foreach (var (file, i) in files.Select((f, i) => (f, i)))
        {
            var folder = Export(scratch, $"gone{i}");
            File.Delete(Path.Combine(folder, file));
            Refused(folder, $"{file}: is absent");
            folder = Export(scratch, $"cut{i}");
            using (var stream = File.Open(Path.Combine(folder, file), FileMode.Open)) stream.SetLength(stream.Length - 1);
            Refused(folder, $"{file}: was changed after the export");
        }
    }

    [Fact]
    public void Open_AManifestThatLeadsOutOfTheFolder_IsRefused()
    {
        using var scratch = new ScratchFolder();
        var folder = Export(scratch);
        Edit(folder, m => m["files"]![0]!["path"] = "../outside");
        Refused(folder, "../outside: leads out of the folder");
    }

    [Fact]
    public void Open_WhatAnEngineAdded_IsNoConcern()
    {
        using var scratch = new ScratchFolder();
        var folder = Export(scratch);
        Directory.CreateDirectory(Path.Combine(folder, "out", "sft"));
        File.WriteAllText(Path.Combine(folder, "out", "sft", "config.json"), "{}");
        Assert.Equal("7", Assert.Single(HandoverFolder.Open(folder).Problems).Answer);
    }

    [Fact]
    public void Export_OverForeignFilesOrResults_IsRefusedAndLeavesThem()
    {
        using var scratch = new ScratchFolder();
        Directory.CreateDirectory(scratch["mine"]);
        File.WriteAllText(Path.Combine(scratch["mine"], "thesis.txt"), "x");
        Assert.Contains("is not an earlier hand-over", Assert.Throws<HandoverRefusedException>(() => Export(scratch, "mine")).Message, StringComparison.Ordinal);
        Assert.Equal(["thesis.txt"], Directory.GetFileSystemEntries(scratch["mine"]).Select(f => Path.GetFileName(f)));
        var folder = Export(scratch, "run");
        Export(scratch, "run"); // nobody worked in it: replaced
        Directory.CreateDirectory(Path.Combine(folder, "out"));
        Assert.Contains("(out)", Assert.Throws<HandoverRefusedException>(() => Export(scratch, "run")).Message, StringComparison.Ordinal);
        HandoverFolder.Open(folder);
    }

    [Fact]
    public void Export_Twice_GivesTheSameBytes()
    {
        using var scratch = new ScratchFolder();
        string[] Hashes(string name) => [.. HandoverFolder.Open(Export(scratch, name)).Manifest.Files.Select(f => f.Path + f.Sha256)];
        Assert.Equal(Hashes("a"), Hashes("b"));
    }

    [Fact]
    public void Export_FromAStore_LeadsBackToItsManifest()
    {
        using var scratch = new ScratchFolder();
        var trace = HandoverPropertyTests.Trace("p", 0, "\\boxed{7}");
        using (var store = TraceStore.Open(scratch["traces.jsonl"], new Dictionary<string, string> { ["teacher"] = "abc123" })) store.Append([trace]);
        var report = new TrlExporter(HandoverPropertyTests.Options() with { TraceStorePath = scratch["traces.jsonl"] }).ExportSft(Problems, [trace], new ExactVerifier(), scratch["x"], HandoverPropertyTests.Small);
        var source = HandoverFolder.Open(report.Folder).Manifest.Source;
        Assert.Equal(("traces.jsonl", ContentHash.OfFile(scratch["traces.jsonl"]), "abc123"), (source["store"], source["storeHash"], source["store.teacher"]));
        Assert.Equal((ContentHash.OfValue<IReadOnlyList<Trace>>([trace]), "1", "teacher"), (source["traces"], source["traceCount"], source["reasoners"]));
    }

    [SkippableFact]
    public void RunScript_OnAFolderCopiedInPart_StopsBeforeTheEngine()
    {
        Skip.IfNot(File.Exists("/bin/sh") && File.Exists("/usr/bin/sha256sum"), "needs sh and sha256sum");
        if (OperatingSystem.IsWindows()) return;
        using var scratch = new ScratchFolder();
        var folder = Export(scratch);
        Directory.CreateDirectory(scratch["bin"]);
        File.WriteAllText(Path.Combine(scratch["bin"], "trl"), "#!/bin/sh\necho trained \"$@\"\n");
        File.SetUnixFileMode(Path.Combine(scratch["bin"], "trl"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var (code, output) = Run(folder, scratch["bin"]);
        Assert.Equal((0, "trained sft --config sft.w2sr.yaml --accelerate_config zero3.yaml --seed 7\n"), (code, output));
        File.AppendAllText(Path.Combine(folder, "data/sft/train.jsonl"), "{}\n");
        (code, output) = Run(folder, scratch["bin"]);
        Assert.NotEqual(0, code);
        Assert.DoesNotContain("trained", output, StringComparison.Ordinal);
    }

    private static (int Code, string Output) Run(string folder, string path)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, "run.sh"), ["--seed", "7"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = path + ":" + Environment.GetEnvironmentVariable("PATH");
        using var process = Process.Start(start)!;
        _ = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static string Export(ScratchFolder scratch, string name = "x") =>
        new TrlExporter(HandoverPropertyTests.Options()).ExportSft(Problems, [HandoverPropertyTests.Trace("p", 0, "\\boxed{7}")], new ExactVerifier(), scratch[name], HandoverPropertyTests.Small).Folder;

    private static void Edit(string folder, Action<JsonObject> change)
    {
        var file = Path.Combine(folder, HandoverManifest.FileName);
        var manifest = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        change(manifest);
        File.WriteAllText(file, manifest.ToJsonString());
    }

    private static void Refused(string folder, string reason) =>
        Assert.Contains(reason, Assert.Throws<W2srFormatException>(() => HandoverFolder.Open(folder)).Message, StringComparison.Ordinal);
}
