using TorchSharp;

namespace W2SR.Core.Tensors;

/// <summary>Where tensors live and in which type they are computed. Every model, cache and batch takes it from here.</summary>
/// <param name="Device">The device, such as <c>torch.CPU</c> or <c>torch.CUDA</c>.</param>
/// <param name="Dtype">The floating-point type of weights and activations.</param>
public sealed record ComputeTarget(torch.Device Device, torch.ScalarType Dtype)
{
    /// <summary>float32 on the CPU: exact, and the default.</summary>
    public static ComputeTarget Cpu => new(torch.CPU, torch.ScalarType.Float32);

    /// <summary>The first CUDA device in bfloat16 where there is one, otherwise <see cref="Cpu"/>.</summary>
    public static ComputeTarget Best => torch.cuda.is_available() ? new(torch.CUDA, torch.ScalarType.BFloat16) : Cpu;

    /// <summary>Checks that the type is one that models compute in.</summary>
    /// <exception cref="ArgumentException">It is not float32, float64, float16 or bfloat16.</exception>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Device);
        if (Dtype is not (torch.ScalarType.Float32 or torch.ScalarType.Float64 or torch.ScalarType.BFloat16 or torch.ScalarType.Float16))
            throw new ArgumentException($"Models compute in float32, float64, bfloat16 or float16, not in {Dtype}.");
    }
}
