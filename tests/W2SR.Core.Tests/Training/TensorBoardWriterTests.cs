using System.Buffers.Binary;
using System.Text;
using W2SR.Core.Tests.Infrastructure;
using W2SR.Core.Training;

namespace W2SR.Core.Tests.Training;

public sealed class TensorBoardWriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-events-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void MaskedChecksum_OfTheStandardsExample_IsItsMaskedValue()
    {
        // RFC 3720's check value of CRC-32C is 0xE3069283; masked: rotated right by 15, plus 0xa282ead8.
        var crc = 0xE3069283u;
        Assert.Equal((crc >> 15 | crc << 17) + 0xa282ead8, TensorBoardWriter.MaskedChecksum("123456789"u8));
    }

    [Fact]
    public void Report_Steps_AreRecordsThatAReaderOfTheFormatReads()
    {
        TrainingStep Step(int number, double loss, double? validation) => new()
        {
            Step = number,
            TotalSteps = 300,
            Loss = loss,
            LearningRate = 1e-3,
            GradientNorm = 2,
            Tokens = 7,
            Elapsed = TimeSpan.Zero,
            ValidationLoss = validation,
            PeakMemoryBytes = 3_000_000_000,
        };
        using (var writer = new TensorBoardWriter(folder, new FixedClock("2026-01-02T03:04:05.5Z")))
        {
            writer.Report(Step(1, 0.5, null));
            writer.Report(Step(300, 0.25, 1.5));
        }
        var records = Records(File.ReadAllBytes(Directory.GetFiles(folder, "events.out.tfevents.*").Single()));
        Assert.Equal("brain.Event:2", Encoding.UTF8.GetString((byte[])Fields(records[0]).Single(f => f.Number == 3).Value));
        Assert.All(records, r => Assert.Equal(1767323045.5, BitConverter.UInt64BitsToDouble((ulong)Fields(r).Single(f => f.Number == 1).Value)));
        Assert.Equal([0UL, 1, 300], records.Select(r => (ulong)Fields(r).Single(f => f.Number == 2).Value));
        Assert.Equal(0.5f, Scalars(records[1])["train/loss"]);
        Assert.Equal(3f, Scalars(records[1])["train/peak_memory_gb"]);
        Assert.False(Scalars(records[1]).ContainsKey("validation/loss")); // not measured at this step
        Assert.Equal((0.25f, 1.5f), (Scalars(records[2])["train/loss"], Scalars(records[2])["validation/loss"]));
    }

    private static Dictionary<string, float> Scalars(byte[] record) => Fields((byte[])Fields(record).Single(f => f.Number == 5).Value)
        .Select(v => Fields((byte[])v.Value))
        .ToDictionary(v => Encoding.UTF8.GetString((byte[])v[0].Value), v => BitConverter.UInt32BitsToSingle((uint)(ulong)v[1].Value));

    private static List<byte[]> Records(byte[] file)
    {
        var result = new List<byte[]>();
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(TensorBoardWriter.MaskedChecksum(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(TensorBoardWriter.MaskedChecksum(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            result.Add(data);
            at += 16 + length;
        }
        return result;
    }

    private static List<(int Number, object Value)> Fields(byte[] message)
    {
        var result = new List<(int, object)>();
        var at = 0;
        ulong Variable()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                value |= (message[at] & 0x7FUL) << shift;
                if (message[at++] < 0x80) return value;
            }
        }
        byte[] Take(int count) => message[at..(at += count)];
        while (at < message.Length)
        {
            var key = (int)Variable();
            result.Add((key >> 3, (key & 7) switch
            {
                0 => (object)Variable(),
                1 => BinaryPrimitives.ReadUInt64LittleEndian(Take(8)),
                5 => (ulong)BinaryPrimitives.ReadUInt32LittleEndian(Take(4)),
                _ => Take((int)Variable()),
            }));
        }
        return result;
    }
}
