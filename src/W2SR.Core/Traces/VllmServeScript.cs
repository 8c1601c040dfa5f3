using System.Globalization;
using W2SR.Core.Common;

namespace W2SR.Core.Traces;

/// <summary>A script that starts vLLM as <see cref="ChatClientTeacherOptions.Vllm"/> expects it.</summary>
public static class VllmServeScript
{
    /// <summary>The script's text, for bash.</summary>
    /// <param name="options">What is served, and how.</param>
    /// <exception cref="ArgumentException">A value is wrong; the message names it.</exception>
    public static string Text(VllmServeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        List<string> lines =
        [
            "vllm serve " + Quoted(options.Model),
            "--served-model-name " + Quoted(options.ServedModelName),
            "--generation-config vllm",
            Line("--max-model-len", options.MaxModelLength),
            "--dtype " + options.Dtype,
            Line("--tensor-parallel-size", options.TensorParallelSize),
            Line("--gpu-memory-utilization", options.GpuMemoryUtilization),
            Line("--port", options.Port),
        ];
        if (options.ReasoningParser is { } parser) lines.Add("--reasoning-parser " + Quoted(parser));
        lines.AddRange(options.ExtraArguments.Select(Quoted));
        return $"""
            #!/usr/bin/env bash
            # Serves a teacher for trace generation. Ask for it as model {options.ServedModelName} at http://HOST:{options.Port}/v1.
            # --generation-config vllm: sampling follows the requests, not the model's own generation_config.json.
            # A key, if the server is to ask for one, comes from the environment variable VLLM_API_KEY. Arguments of this script are handed on and win.
            set -euo pipefail
            exec {string.Join(" \\\n  ", lines)} \
              "$@"

            """.ReplaceLineEndings("\n");
    }

    /// <summary>Writes the script, executable.</summary>
    /// <param name="path">The file; replaced if it is there.</param>
    /// <param name="options">What is served, and how.</param>
    /// <exception cref="ArgumentException">A value is wrong; nothing was written.</exception>
    public static void Write(string path, VllmServeOptions options)
    {
        AtomicFile.WriteText(path, Text(options));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
    }

    private static string Line(string name, IFormattable value) => $"{name} {value.ToString(null, CultureInfo.InvariantCulture)}";

    /// <summary>As one word, whatever is in it: within single quotes the shell reads nothing but their end.</summary>
    private static string Quoted(string value) => "'" + value.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
