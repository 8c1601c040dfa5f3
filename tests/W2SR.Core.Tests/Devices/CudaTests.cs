using TorchSharp;
using W2SR.Core.Common;
using W2SR.Core.Generation;
using W2SR.Core.Models;
using W2SR.Core.Tensors;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Devices;

/// <summary>The same work on a CUDA device as on the CPU. Run with <c>-p:TorchBackend=cuda</c> on a machine that has one; skipped elsewhere.</summary>
[Collection(TensorCountingCollection.Name)]
public sealed class CudaTests
{
    private static readonly ComputeTarget Cuda = new(torch.CUDA, torch.ScalarType.Float32);

    private static void NeedsCuda()
    {
        TorchRuntime.EnsureLoaded();
        Skip.IfNot(torch.cuda.is_available(), "There is no CUDA device, or the build has the CPU backend (-p:TorchBackend=cuda chooses the other).");
    }

    [SkippableFact]
    public void Logits_OnCuda_EqualTheCpus()
    {
        NeedsCuda();
        using var cpu = CausalLm.CreateRandom(TinyModels.Config(), seed: 1);
        using var gpu = CausalLm.CreateRandom(TinyModels.Config(), seed: 1, Cuda);
        using var scope = torch.NewDisposeScope();
        var ids = torch.tensor(Enumerable.Range(0, 20).Select(i => (long)(i % cpu.Config.VocabularySize)).ToArray(), [2, 10]);
        var far = (cpu.Logits(ids) - gpu.Logits(ids.to(torch.CUDA)).cpu()).abs().max().item<float>();
        Assert.True(far < 1e-4, $"largest difference {far}");
    }

    [SkippableFact]
    public void Generate_OnCuda_WritesTheCpusTokens()
    {
        NeedsCuda();
        using var cpu = CausalLm.CreateRandom(TinyModels.Config(), seed: 2);
        using var gpu = CausalLm.CreateRandom(TinyModels.Config(), seed: 2, Cuda);
        static int[] Write(CausalLm model) => [.. new SequenceGenerator(model, [0])
            .Generate([new GenerationRequest([1, 2, 3], new RandomStream(1, "p")), new GenerationRequest([4], new RandomStream(1, "q"))], new SamplingOptions { MaxNewTokens = 8, Temperature = 0 })
            .SelectMany(s => s.Ids)];
        Assert.Equal(Write(cpu), Write(gpu));
    }

    [SkippableFact]
    public void Train_OnCuda_LosesAsOnTheCpu()
    {
        NeedsCuda();
        static double[] Losses(ComputeTarget target)
        {
            using var model = CausalLm.CreateRandom(TinyModels.Config(), seed: 3, target);
            TrainingExample[] examples = [new([1, 2], [3, 4, 0]), new([2], [1, 1, 1, 0])];
            return [.. new SftTrainer(SftOptions.Paper with { Epochs = 5, BatchSize = 2 }).Train(model, examples).Steps.Select(s => s.Loss)];
        }
        foreach (var (a, b) in Losses(ComputeTarget.Cpu).Zip(Losses(Cuda))) Assert.Equal(a, b, 1e-4);
    }
}
