using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace W2SR.Core.Common;

/// <summary>
/// A stream of random numbers that depends on its key alone: the same seed, problem, sample and step give the same numbers on any
/// machine, in any batch, after any resume. Not thread-safe, and not for cryptography.
/// </summary>
/// <remarks>xoshiro256** (Blackman and Vigna, 2018), its state the SHA-256 of the key.</remarks>
public sealed class RandomStream
{
    private ulong s0, s1, s2, s3;

    /// <summary>Creates the stream of one sample.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="problemId">The problem's id, or the name of whatever else needs randomness ("shuffle", "init").</param>
    /// <param name="sampleIndex">Which sample of that problem, from 0.</param>
    /// <param name="step">In reinforcement learning the training step, otherwise 0.</param>
    public RandomStream(ulong seed, string problemId, int sampleIndex = 0, long step = 0)
    {
        ArgumentNullException.ThrowIfNull(problemId);
        var text = Encoding.UTF8.GetByteCount(problemId);
        var key = new byte[20 + text];
        BinaryPrimitives.WriteUInt64LittleEndian(key, seed);
        BinaryPrimitives.WriteInt64LittleEndian(key.AsSpan(8), step);
        BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(16), sampleIndex);
        Encoding.UTF8.GetBytes(problemId, key.AsSpan(20));
        Span<byte> state = stackalloc byte[32];
        SHA256.HashData(key, state);
        s0 = BinaryPrimitives.ReadUInt64LittleEndian(state);
        s1 = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        s2 = BinaryPrimitives.ReadUInt64LittleEndian(state[16..]);
        s3 = BinaryPrimitives.ReadUInt64LittleEndian(state[24..]) | 1; // never all zero
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        var t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A number from [0, 1) with 53 random bits.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>An integer from 0 to <paramref name="exclusiveMax"/> - 1, without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveMax"/> is below 1.</exception>
    public int NextInt(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        // Lemire (2019): multiply, keep the high word, reject the few low words that would bias it.
        var range = (ulong)exclusiveMax;
        var high = Math.BigMul(NextBits(), range, out var low);
        if (low < range)
        {
            var threshold = (0 - range) % range;
            while (low < threshold) high = Math.BigMul(NextBits(), range, out low);
        }
        return (int)high;
    }

    /// <summary>A standard normal number (Box-Muller, one of the pair).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextUniform()));
        return radius * Math.Cos(2 * Math.PI * NextUniform());
    }

    /// <summary>Puts the items into random order (Fisher-Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
