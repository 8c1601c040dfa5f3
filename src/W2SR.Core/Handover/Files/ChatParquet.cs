using Parquet;
using Parquet.Serialization;

namespace W2SR.Core.Handover.Files;

/// <summary>Parquet files of chat rows, with the schema that pandas and pyarrow give them: everything optional, lists of structs.</summary>
internal static class ChatParquet
{
    private const int RowGroup = 10_000;

    public static HandoverFile File<T>(string path, IReadOnlyList<T> rows) where T : class, new() =>
        new(path, stream => Task.Run(() => ParquetSerializer.SerializeAsync(rows, stream, new ParquetOptions { RowGroupSize = RowGroup })).GetAwaiter().GetResult());

    /// <summary>Rows of a known form.</summary>
    /// <exception cref="Common.W2srFormatException">Not such a file.</exception>
    public static IReadOnlyList<T> Read<T>(string path) where T : class, new() => Open(path, async stream => (IReadOnlyList<T>)[.. (await ParquetSerializer.DeserializeAsync<T>(stream).ConfigureAwait(false)).Data]);

    /// <summary>Rows of any form: texts, numbers, nested dictionaries and lists by column name.</summary>
    /// <exception cref="Common.W2srFormatException">Not a Parquet file.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, object?>> ReadAny(string path) =>
        Open(path, async stream => (IReadOnlyList<IReadOnlyDictionary<string, object?>>)[.. (await ParquetSerializer.DeserializeUntypedAsync(stream).ConfigureAwait(false)).Data.Select(r => r!.ToDictionary(p => p.Key, p => (object?)p.Value))]);

    private static T Open<T>(string path, Func<Stream, Task<T>> read)
    {
        using var stream = System.IO.File.OpenRead(path);
        try
        {
            return Task.Run(() => read(stream)).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is ParquetException or IOException or InvalidDataException or NotSupportedException or InvalidCastException or ArgumentException or NullReferenceException or IndexOutOfRangeException or KeyNotFoundException or OverflowException or EndOfStreamException)
        {
            throw new Common.W2srFormatException(path, null, $"cannot be read as Parquet of this form ({e.Message}). Is it whole, and from the engine that is named?", e);
        }
    }
}
