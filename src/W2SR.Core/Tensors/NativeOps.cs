using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace W2SR.Core.Tensors;

/// <summary>
/// ATen operators that TorchSharp does not bind, called through libtorch's stable C dispatcher. Autograd flows through them; a failed
/// call is an exception here, not the end of the process. Arguments are lent, results belong to the caller (and to its dispose scope).
/// </summary>
internal static unsafe partial class NativeOps
{
    // Layout of torch/csrc/stable: major and minor version in the two highest bytes. 2.10 is the libtorch that TorchSharp 0.107 binds.
    private const ulong AbiVersion = (2UL << 56) | (10UL << 48);

    /// <summary>Root mean square normalisation over the last dimension: x / sqrt(mean(x^2) + eps) * weight.</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon)
    {
        var size = ShapeCheck.Rank1(weight);
        var stack = stackalloc ulong[4];
        stack[0] = Borrow(x);
        stack[1] = List([(ulong)size]);
        stack[2] = Optional(Borrow(weight));
        stack[3] = Optional(BitConverter.DoubleToUInt64Bits(epsilon));
        Call("aten::rms_norm", "", stack);
        return Take(stack[0]);
    }

    /// <summary>Scaled dot-product attention with shared key/value heads.</summary>
    /// <param name="query"><c>[B, H, Tq, D]</c>.</param>
    /// <param name="key"><c>[B, KV, Tk, D]</c>, H a multiple of KV.</param>
    /// <param name="value"><c>[B, KV, Tk, D]</c>.</param>
    /// <param name="mask">Bool (true = may look) or additive, broadcast to <c>[B, H, Tq, Tk]</c>; null for none.</param>
    /// <param name="isCausal">Lets query i see keys 0..i; not together with a mask.</param>
    /// <param name="scale">Factor on the scores; null for 1 / sqrt(D).</param>
    /// <returns><c>[B, H, Tq, D]</c>, owned by the caller.</returns>
    public static Tensor Attention(Tensor query, Tensor key, Tensor value, Tensor? mask, bool isCausal, double? scale = null)
    {
        var stack = stackalloc ulong[8];
        stack[0] = Borrow(query);
        stack[1] = Borrow(key);
        stack[2] = Borrow(value);
        stack[3] = mask is null ? 0 : Optional(Borrow(mask));
        stack[4] = BitConverter.DoubleToUInt64Bits(0.0); // dropout
        stack[5] = isCausal ? 1UL : 0UL;
        stack[6] = scale is { } s ? Optional(BitConverter.DoubleToUInt64Bits(s)) : 0;
        stack[7] = 1UL; // grouped queries
        Call("aten::scaled_dot_product_attention", "", stack);
        return Take(stack[0]);
    }

    /// <summary>One AdamW step in place over one flat tensor each; decoupled weight decay, epsilon outside the root, bias corrected.</summary>
    /// <param name="step">A float32 scalar tensor that holds the number of this step (from 1).</param>
    public static void FusedAdamW(
        Tensor parameter, Tensor gradient, Tensor firstMoment, Tensor secondMoment, Tensor step,
        double learningRate, double beta1, double beta2, double weightDecay, double epsilon)
    {
        var stack = stackalloc ulong[15];
        stack[0] = List([Borrow(parameter)]);
        stack[1] = List([Borrow(gradient)]);
        stack[2] = List([Borrow(firstMoment)]);
        stack[3] = List([Borrow(secondMoment)]);
        stack[4] = List([]);
        stack[5] = List([Borrow(step)]);
        stack[6] = BitConverter.DoubleToUInt64Bits(learningRate);
        stack[7] = BitConverter.DoubleToUInt64Bits(beta1);
        stack[8] = BitConverter.DoubleToUInt64Bits(beta2);
        stack[9] = BitConverter.DoubleToUInt64Bits(weightDecay);
        stack[10] = BitConverter.DoubleToUInt64Bits(epsilon);
        stack[11] = 0; // amsgrad
        stack[12] = 0; // maximize
        stack[13] = 0; // grad_scale
        stack[14] = 0; // found_inf
        Call("aten::_fused_adamw_", "", stack);
    }

    /// <summary>The same memory read as another type of the same size.</summary>
    public static Tensor ViewAs(Tensor tensor, ScalarType type)
    {
        var stack = stackalloc ulong[2];
        stack[0] = Borrow(tensor);
        stack[1] = (ulong)type;
        Call("aten::view", "dtype", stack);
        return Take(stack[0]);
    }

    // The dispatcher consumes every handle, list and optional on the stack, so each argument gets a fresh one.
    private static ulong Borrow(Tensor tensor)
    {
        var code = aoti_torch_new_tensor_handle(tensor.Handle, out var handle);
        GC.KeepAlive(tensor);
        return code == 0 ? (ulong)handle : throw new InvalidOperationException("libtorch could not share a tensor with an operator.");
    }

    private static ulong Optional(ulong value)
    {
        var box = (ulong*)NativeMemory.Alloc(sizeof(ulong)); // freed by libtorch
        *box = value;
        return (ulong)box;
    }

    private static ulong List(ReadOnlySpan<ulong> values)
    {
        if (torch_new_list_reserve_size((nuint)values.Length, out var list) != 0)
            throw new InvalidOperationException("libtorch could not make a list.");
        foreach (var value in values)
            if (torch_list_push_back(list, value) != 0)
                throw new InvalidOperationException("libtorch could not fill a list.");
        return (ulong)list;
    }

    private static void Call(string name, string overload, ulong* stack)
    {
        var code = torch_call_dispatcher(name, overload, stack, AbiVersion);
        if (code != 0)
            throw new ShapeException($"{name}: libtorch refused the call (code {code}); the arguments' shapes, types or devices do not fit together.");
    }

    private static Tensor Take(ulong handle) => Tensor.UnsafeCreateTensor((IntPtr)handle);

    [LibraryImport("torch_cpu", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int torch_call_dispatcher(string name, string overload, ulong* stack, ulong abiVersion);

    [LibraryImport("torch_cpu")]
    private static partial int aoti_torch_new_tensor_handle(IntPtr tensor, out IntPtr handle);

    [LibraryImport("torch_cpu")]
    private static partial int torch_new_list_reserve_size(nuint size, out IntPtr list);

    [LibraryImport("torch_cpu")]
    private static partial int torch_list_push_back(IntPtr list, ulong value);
}
