using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace W2SR.Core.Training;

/// <summary>
/// Writes each step's numbers as a TensorBoard event file. Give it to a trainer as its progress; <c>tensorboard --logdir FOLDER</c> shows the curves.
/// A run that resumes writes a further file into the same folder, and steps that are done again replace the ones before.
/// </summary>
/// <remarks>TensorFlow's record format: length, its checksum, an <c>Event</c> message, its checksum; the checksums are masked CRC-32C.</remarks>
public sealed class TensorBoardWriter : IProgress<TrainingStep>, IDisposable
{
    private readonly FileStream stream;
    private readonly TimeProvider clock;

    /// <summary>Creates the event file.</summary>
    /// <param name="folder">Created if absent; one for each run.</param>
    /// <param name="clock">Where times come from; null for the system's.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public TensorBoardWriter(string folder, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        this.clock = clock ?? TimeProvider.System;
        Directory.CreateDirectory(folder);
        // TensorBoard reads a folder's files in the order of their names, so the time comes first.
        stream = new FileStream(Path.Combine(folder, $"events.out.tfevents.{this.clock.GetUtcNow().ToUnixTimeSeconds():D10}.{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        var version = new Message();
        version.Text(3, "brain.Event:2");
        Append(version, 0);
    }

    /// <summary>Writes what a step has: loss, rate, gradient norm, and, where they were measured, speed, validation loss, accuracy, reward and KL.</summary>
    public void Report(TrainingStep value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var summary = new Message();
        void Scalar(string tag, double? number)
        {
            if (number is not { } known) return;
            var entry = new Message();
            entry.Text(1, tag);
            entry.Single(2, (float)known);
            summary.Nested(1, entry);
        }
        Scalar("train/loss", value.Loss);
        Scalar("train/learning_rate", value.LearningRate);
        Scalar("train/gradient_norm", value.GradientNorm);
        Scalar("train/tokens", value.Tokens);
        Scalar("train/tokens_per_second", value.TokensPerSecond);
        Scalar("train/supervised_share", value.SupervisedShare);
        Scalar("train/peak_memory_gb", value.PeakMemoryBytes / 1e9);
        Scalar("train/reward", value.Reward);
        Scalar("train/kl", value.Kl);
        Scalar("train/uniform_groups", value.UniformGroups);
        Scalar("validation/loss", value.ValidationLoss);
        Scalar("validation/pass_at_1", value.PassAt1);
        var content = new Message();
        content.Nested(5, summary);
        Append(content, value.Step);
    }

    /// <inheritdoc/>
    public void Dispose() => stream.Dispose();

    private void Append(Message content, long step)
    {
        var whole = new Message();
        whole.Double(1, (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
        whole.Integer(2, step);
        whole.Add(content);
        var data = whole.ToArray();
        Span<byte> head = stackalloc byte[12], tail = stackalloc byte[4];
        BinaryPrimitives.WriteUInt64LittleEndian(head, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], MaskedChecksum(head[..8]));
        BinaryPrimitives.WriteUInt32LittleEndian(tail, MaskedChecksum(data));
        stream.Write([.. head, .. data, .. tail]);
        stream.Flush(); // seen by a TensorBoard that is open
    }

    /// <summary>CRC-32C, rotated and shifted by a constant, so that a checksum over data with checksums in it stays a good one.</summary>
    internal static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }

    /// <summary>A protocol buffer under construction: fields in the order they are added.</summary>
    private sealed class Message
    {
        private readonly List<byte> bytes = [];

        public byte[] ToArray() => bytes.ToArray();

        public void Add(Message fields) => bytes.AddRange(fields.bytes);

        public void Integer(int field, long value)
        {
            Variable((ulong)field << 3);
            Variable((ulong)value);
        }

        public void Double(int field, double value)
        {
            Variable((ulong)field << 3 | 1);
            Span<byte> raw = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(raw, value);
            bytes.AddRange(raw);
        }

        public void Single(int field, float value)
        {
            Variable((ulong)field << 3 | 5);
            Span<byte> raw = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(raw, value);
            bytes.AddRange(raw);
        }

        public void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public void Nested(int field, Message value) => Bytes(field, value.ToArray());

        private void Bytes(int field, byte[] value)
        {
            Variable((ulong)field << 3 | 2);
            Variable((ulong)value.Length);
            bytes.AddRange(value);
        }

        private void Variable(ulong value)
        {
            for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
            bytes.Add((byte)value);
        }
    }
}
