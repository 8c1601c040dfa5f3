using System.Globalization;
using System.Text;

namespace W2SR.Core.Handover.Files;

/// <summary>The launch script and the page that says what to run.</summary>
internal static class LaunchFiles
{
    public const string LlamaFactoryAdvice = """
        Tried with llamafactory 0.9.5, torch 2.11.0, torchvision 0.26.0, torchaudio 2.11.0, transformers 5.6.0, datasets 4.0.0, trl 0.24.0, deepspeed 0.18.8.
        Install the three torch packages with these versions first, then `llamafactory[deepspeed]`; a plain `pip install llamafactory` took a torch that its torchaudio could not load.

        - `sh run.sh` trains. Settings can be added: `sh run.sh learning_rate=2.0e-5`; numbers of GPUs, batch and accumulation belong together.
        - `llamafactory-cli train sft.tiny.yaml` takes two steps on a CPU, to see that everything is found; into `out/smoke`, so that the real run does not go on from it.
        - `llamafactory-cli train predict.w2sr.yaml` writes `out/predict/generated_predictions.jsonl`, one response a row, without ids and finish reasons.
        - Do not start `run.sh` a second time over a finished `out/sft`: it would end at once with code 0.

        What comes back: `out/sft` (model), `out/sft/trainer_state.json` and `trainer_log.jsonl` (curves), `out/sft/checkpoint-N`.
        """;

    public const string TrlAdvice = """
        Tried with trl 1.16.0, transformers 5.23.0, datasets 5.2.0, accelerate 1.15.0; the launch with DeepSpeed and vLLM was only parsed, no such machine was at hand.

        - `sh run.sh` trains. Settings can be added: `sh run.sh --learning_rate 2.0e-5`.
        - The `.tiny.yaml` takes two steps on a CPU: `trl sft --config sft.tiny.yaml` or `trl grpo --config grpo.tiny.yaml`.

        What comes back: `out/sft` or `out/grpo` (model), curves in the newest `checkpoint-N/trainer_state.json`, and of reinforcement learning `completions/*.parquet`.
        """;

    public const string VerlAdvice = """
        Tried with verl 0.9.1 (`--no-deps`), torch 2.13.0, transformers 5.9.0, tensordict 0.10.0, ray 2.60.0, hydra 1.3.8: the data sets and configurations, and fine-tuning on a CPU; no step of reinforcement learning (it needs GPUs).

        - `sh run.sh` trains. Overrides can be added: `sh run.sh trainer.total_epochs=1`; Hydra refuses unknown keys but takes any value.
        - `sh run.sh --cfg job` shows the configuration without running.

        What comes back: `out/sft/global_step_N/huggingface` or `out/grpo/global_step_N/actor/huggingface` (model), `w2sr/sft.jsonl` or `w2sr/grpo.jsonl` (curves, overwritten when a run is resumed: keep a copy),
        and of reinforcement learning `out/grpo/validation/STEP.jsonl` (responses).
        """;

    public const string VllmAdvice = """
        The form of requests and responses was tried with the classes of vllm 0.33.0; no model ran there.

        - `sh run.sh` answers every request of `batch.jsonl` and writes `responses.jsonl`, one line a problem. Flags can be added: `sh run.sh --gpu-memory-utilization 0.8`.
        - With a reasoning parser (`--reasoning-parser qwen3`) thinking comes in a field of its own; it is put back between think tags when the responses are read.
        """;

    public static HandoverFile Script(string command) => HandoverFile.Text("run.sh", $"""
        #!/bin/sh
        # Checks that the folder came over whole, then runs the engine in it.
        set -eu
        cd "$(dirname "$0")"
        sha256sum --quiet -c w2sr/SHA256SUMS
        {command}

        """.ReplaceLineEndings("\n"));

    public static HandoverFile Readme(HandoverManifest manifest, HandoverPreflight? preflight, string advice)
    {
        var (text, counts) = (new StringBuilder(), manifest.Counts);
        text.Append(CultureInfo.InvariantCulture, $"# {manifest.Engine}: {manifest.Purpose}\n\nWritten by W2SR.Core {manifest.Library} for the student `{manifest.Settings["student"]}`. Do not edit the files: `w2sr-handover.json` knows their hashes. Export anew instead.\n\n");
        text.Append("## Run\n\n").Append(advice.ReplaceLineEndings("\n").TrimEnd()).Append("\n\n## Handed over\n\n| | |\n|---|---|\n");
        void Row(string name, object value) => text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        Row("given", counts.Given);
        Row("for training", counts.Training);
        Row("for validation", counts.Validation);
        if (preflight is not null)
        {
            Row("not of the selection " + manifest.Settings["selection"], counts.NotSelected);
            Row("cut off by the teacher's limit", counts.CutOff);
        }
        Row("empty", counts.Empty);
        Row("too long", counts.OverLong);
        if (preflight is not null)
        {
            Row("tokens, supervised", string.Create(CultureInfo.InvariantCulture, $"{preflight.Tokens}, {preflight.SupervisedTokens}"));
            Row("length: median, 90%, 99%, longest", string.Join(", ", preflight.LengthQuantiles.OrderBy(q => q.Key).Select(q => q.Value)));
        }
        if (manifest.Warnings.Count > 0) text.Append("\nTo look at:\n\n").Append(string.Concat(manifest.Warnings.Select(w => $"- {w}\n")));
        if (preflight is not null)
            text.Append("\nThe first row as the student reads it; what lies between ⟦ and ⟧ is trained on:\n\n").Append(string.Concat(preflight.FirstRow.Split('\n').Select(l => $"    {l}\n")));
        text.Append("\n`w2sr/traces.jsonl` and `w2sr/problems.jsonl` hold everything that was given, unchanged; what comes back is led to them by the ids in the data.\n");
        return HandoverFile.Text("README.md", text.ToString());
    }
}
