using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Checkpoints;

/// <summary>Rotary positions from GGUF metadata.</summary>
internal static class GgufRopeReader
{
    public static RopeConfig Read(GgufReader file, string architecture, int headSize, int context)
    {
        var metadata = file.Metadata;
        string Key(string name) => $"{architecture}.rope.{name}";
        double Above0(string name, double otherwise)
        {
            var value = metadata.Number(Key(name)) ?? otherwise;
            return value > 0 && double.IsFinite(value) ? GgufConfigReader.Shortest(value) : throw metadata.Wrong(Key(name), $"is {value}, expected a number above 0.");
        }
        var theta = Above0("freq_base", 10_000);
        if (file.Find(GgufTensorNames.RopeFactors) is { } factors) return Llama3(file, factors, theta, headSize);
        return metadata.Text(Key("scaling.type")) switch
        {
            null or "none" => metadata.Number(Key("scale_linear")) is { } old && old != 1
                ? new RopeConfig { Kind = RopeKind.Linear, Theta = theta, Factor = Above0("scale_linear", 1) }
                : new RopeConfig { Theta = theta },
            "linear" => new RopeConfig { Kind = RopeKind.Linear, Theta = theta, Factor = Above0("scaling.factor", 1) },
            "yarn" => new RopeConfig
            {
                Kind = RopeKind.Yarn,
                Theta = theta,
                Factor = Above0("scaling.factor", 1),
                OriginalContextLength = metadata.Has(Key("scaling.original_context_length")) ? GgufConfigReader.Size(metadata, Key("scaling.original_context_length")) : context,
            },
            var other => throw metadata.Wrong(Key("scaling.type"), $"is '{other}'. W2SR knows none, linear and yarn, and Llama 3's factors; choose another checkpoint of the family."),
        };
    }

    /// <summary>
    /// A GGUF keeps Llama 3's scaling only as one divisor for each frequency. The numbers behind them are found again: the factor is the
    /// largest divisor, the original context follows from any divisor on the ramp, and what they give must be what the file holds.
    /// </summary>
    private static RopeConfig Llama3(GgufReader file, CheckpointTensor tensor, double theta, int headSize)
    {
        if (tensor.Count != headSize / 2 || tensor.Shape.Count != 1)
            throw file.Metadata.Wrong(tensor.Name, $"has shape [{string.Join(", ", tensor.Shape)}], expected [{headSize / 2}].");
        var divisors = new float[headSize / 2];
        using (var values = torch.zeros(headSize / 2, ScalarType.Float32))
        {
            file.ReadInto(tensor.Name, values);
            values.data<float>().CopyTo(divisors);
        }
        var factor = Math.Round(divisors.Max(), 3);
        var ramp = Array.FindIndex(divisors, d => d > 1.001 && d < factor * 0.999);
        if (factor > 1 && ramp >= 0)
        {
            // divisor = 1 / ((1 - s) / factor + s) with s = (original / wavelength - low) / (high - low)
            var s = (1 / divisors[ramp] - 1 / factor) / (1 - 1 / factor);
            var original = (int)Math.Round((s * (4 - 1) + 1) * Wavelength(ramp));
            foreach (var rounded in (int[])[(original + 512) / 1024 * 1024, (original + 32) / 64 * 64, original])
            {
                var rope = new RopeConfig { Kind = RopeKind.Llama3, Theta = theta, Factor = factor, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalContextLength = rounded };
                if (rounded > 0 && divisors.Select((d, i) => Math.Abs(d / Divisor(rope, i) - 1)).Max() < 1e-4) return rope;
            }
        }
        throw file.Metadata.Wrong(tensor.Name, "holds divisors of frequencies that are not Llama 3's (low_freq_factor 1, high_freq_factor 4). Use the model's Hugging Face checkpoint.");

        double Wavelength(int i) => 2 * Math.PI * Math.Pow(theta, 2.0 * i / headSize);

        double Divisor(RopeConfig rope, int i)
        {
            var s = (rope.OriginalContextLength / Wavelength(i) - rope.LowFrequencyFactor) / (rope.HighFrequencyFactor - rope.LowFrequencyFactor);
            return s >= 1 ? 1 : s <= 0 ? rope.Factor : 1 / ((1 - s) / rope.Factor + s);
        }
    }
}
