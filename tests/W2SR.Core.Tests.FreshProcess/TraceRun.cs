using System.Runtime.InteropServices;
using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Problems;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Core.Tokens;
using W2SR.Core.Traces;

/// <summary>A small local teacher that writes traces into a store and says after each one how many are there.</summary>
internal static class TraceRun
{
    private const int Samples = 3;

    /// <param name="path">The store.</param>
    /// <param name="problems">How many problems; three samples each.</param>
    /// <param name="pause">Milliseconds after each sample.</param>
    /// <param name="largestFile">Bytes that a file may have at most, which stands in for a disk that fills up; 0 for no limit.</param>
    public static int Run(string path, int problems, int pause, long largestFile)
    {
        torch.set_num_threads(1);
        string[] words = [.. Enumerable.Range(0, 30).Select(i => $"w{i}")];
        var config = new DecoderConfig
        {
            VocabularySize = 31,
            HiddenSize = 24,
            LayerCount = 2,
            HeadCount = 4,
            KeyValueHeadCount = 2,
            HeadSize = 6,
            FeedForwardSize = 32,
            ContextLength = 48,
        };
        // float64: another batch after a restart rounds in the sixteenth digit, where no draw lies.
        using var teacher = new LocalStudent(
            "tiny", CausalLm.CreateRandom(config, 5, new ComputeTarget(torch.CPU, torch.ScalarType.Float64)), new WordTokenizer(words), ReasoningPrompt.Plain);
        Problem[] asked = [.. Enumerable.Range(0, problems).Select(i => new Problem($"p{i}", string.Join(' ', Enumerable.Range(0, 1 + i % 7).Select(t => words[(3 * i + t) % 30])), "w1"))];
        var sampling = new SamplingOptions { Temperature = 1, MaxNewTokens = 24, SamplesPerProblem = Samples, Seed = 11 };
        if (largestFile > 0) LimitFileSize(largestFile); // after the model: loading libtorch writes a larger file in memory
        try
        {
            using var store = TraceStore.Open(path, new Dictionary<string, string> { ["model"] = "random 5", ["sampling"] = ContentHash.OfValue(sampling), ["problems"] = $"{problems}" });
            new TraceGenerator(teacher, sampling).GenerateAsync(asked, store, new Tell(pause)).GetAwaiter().GetResult();
            return 0;
        }
        catch (IOException e)
        {
            Console.Error.WriteLine(e.Message);
            return 3;
        }
    }

    private static void LimitFileSize(long bytes)
    {
        const int FileSize = 1, FileSizeExceeded = 25, Ignore = 1; // RLIMIT_FSIZE, SIGXFSZ and SIG_IGN of Linux
        _ = Signal(FileSizeExceeded, Ignore);
        long[] limit = [bytes, bytes];
        if (SetLimit(FileSize, limit) != 0) throw new InvalidOperationException("The limit on file sizes could not be set.");
    }

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint Signal(int number, nint handler);

    [DllImport("libc", EntryPoint = "setrlimit")]
    private static extern int SetLimit(int resource, long[] softAndHard);

    // A pause after each sample spreads the run over time, so that a kill may find it anywhere.
    private sealed class Tell(int pause) : IProgress<TraceProgress>
    {
        public void Report(TraceProgress value)
        {
            Console.WriteLine(value.Done);
            Thread.Sleep(pause);
        }
    }
}
