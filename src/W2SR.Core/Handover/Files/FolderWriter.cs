using System.Security.Cryptography;
using System.Text.Json;
using W2SR.Core.Common;

namespace W2SR.Core.Handover.Files;

/// <summary>Writes a hand-over folder, whole or not at all, the manifest last.</summary>
internal static class FolderWriter
{
    /// <summary>Writes.</summary>
    /// <param name="folder">The target: absent, empty, or an earlier hand-over that no engine has worked in.</param>
    /// <param name="files">The files.</param>
    /// <param name="manifest">The manifest without its files.</param>
    /// <exception cref="HandoverRefusedException">The folder holds something else, or the results of a run.</exception>
    public static HandoverManifest Write(string folder, IReadOnlyList<HandoverFile> files, HandoverManifest manifest)
    {
        RequireFree(folder);
        AtomicFolder.Write(folder, staged =>
        {
            foreach (var file in files) WriteFile(staged, file);
            manifest = manifest with { Files = [.. files.Select(f => Entry(staged, f.Path))] };
            var sums = HandoverFile.Text("w2sr/SHA256SUMS", string.Concat(manifest.Files.Select(f => $"{f.Sha256}  {f.Path}\n")));
            WriteFile(staged, sums);
            manifest = manifest with { Files = [.. manifest.Files, Entry(staged, sums.Path)] };
            WriteFile(staged, HandoverFile.Text(HandoverManifest.FileName, JsonSerializer.Serialize(manifest, W2srJson.Indented) + "\n"));
        }, belongs: _ => true);
        return manifest;
    }

    public static HandoverFileEntry Entry(string folder, string path)
    {
        var file = Path.Combine(folder, path);
        using var stream = File.OpenRead(file);
        return new HandoverFileEntry(path, stream.Length, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    private static void RequireFree(string folder)
    {
        if (File.Exists(folder)) throw new HandoverRefusedException([$"{folder} is a file. Name a folder."]);
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()) return;
        if (!File.Exists(Path.Combine(folder, HandoverManifest.FileName)))
            throw new HandoverRefusedException([$"{folder} holds files but no {HandoverManifest.FileName}, so it is not an earlier hand-over. Name a new folder."]);
        var known = HandoverFolder.Open(folder).Manifest.Files.Select(f => f.Path.Split('/')[0]).Append(HandoverManifest.FileName).ToHashSet(StringComparer.Ordinal);
        var others = Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e)).Where(n => !known.Contains(n)).Order(StringComparer.Ordinal).ToArray();
        if (others.Length > 0)
            throw new HandoverRefusedException([$"{folder} holds more than a hand-over ({string.Join(", ", others.Take(5))}), such as the results of a run; LLaMA-Factory and verl would go on from them with the new data. Name a new folder."]);
    }

    private static void WriteFile(string folder, HandoverFile file)
    {
        var path = Path.Combine(folder, file.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16))
        {
            file.Write(stream);
            if (stream.CanWrite) stream.Flush(flushToDisk: true);
        }
        if (file.IsScript && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }
}
