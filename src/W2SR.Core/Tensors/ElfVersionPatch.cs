using System.Buffers.Binary;
using System.Text;

namespace W2SR.Core.Tensors;

/// <summary>Marks one version requirement of an ELF library as weak, so that the loader warns of nothing and goes on when the host lacks it.</summary>
/// <remarks>
/// Safe only where nothing uses the version: the patch is refused unless a single symbol carries it and no relocation names that symbol.
/// Layout: System V ABI, "Symbol Versioning" of the Linux Standard Base.
/// </remarks>
internal static class ElfVersionPatch
{
    private const ushort WeakFlag = 2;
    private const long StringTable = 5, SymbolTable = 6, Rela = 7, RelaSize = 8, PltRela = 23, PltRelaSize = 2;
    private const long VersionSymbols = 0x6ffffff0, VersionNeeded = 0x6ffffffe, VersionNeededCount = 0x6fffffff;

    /// <summary>Changes <paramref name="elf"/> in place.</summary>
    /// <param name="elf">A whole 64-bit little-endian x86-64 library.</param>
    /// <param name="version">The version to make weak, such as "GLIBCXX_3.4.32".</param>
    /// <param name="onlySymbol">The one symbol that may carry it.</param>
    /// <returns>False, and nothing changed, where the file is not what we think it is.</returns>
    public static bool TryWeaken(byte[] elf, string version, string onlySymbol)
    {
        try
        {
            return new Image(elf).TryWeaken(version, onlySymbol);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            return false; // offsets that lead nowhere: not the file we know how to patch
        }
    }

    private sealed class Image(byte[] bytes)
    {
        private readonly Dictionary<long, long> dynamic = [];
        private readonly List<(long Address, long Offset, long Size)> loaded = [];

        public bool TryWeaken(string version, string onlySymbol)
        {
            if (!IsX64Elf()) return false;
            ReadHeaders();
            var strings = Offset(dynamic.GetValueOrDefault(StringTable));
            if (FindRequirement(version, strings) is not { } requirement) return false;
            var users = UsersOf(U16(requirement + 6), onlySymbol, strings);
            if (users is null || IsRelocated(users)) return false;
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan((int)requirement + 4), (ushort)(U16(requirement + 4) | WeakFlag));
            return true;
        }

        private bool IsX64Elf() => bytes.Length >= 64 && U32(0) == 0x464C457F && bytes[4] == 2 && bytes[5] == 1 && U16(18) == 62;

        private void ReadHeaders()
        {
            for (var i = 0; i < U16(56); i++)
            {
                var header = I64(32) + (long)i * U16(54);
                if (U32(header) == 1) loaded.Add((I64(header + 16), I64(header + 8), I64(header + 32)));
                if (U32(header) == 2)
                    for (var at = I64(header + 8); I64(at) != 0; at += 16) dynamic[I64(at)] = I64(at + 8);
            }
        }

        /// <summary>Offset of the one auxiliary record that asks for the version; null when there is none or more than one.</summary>
        private long? FindRequirement(string version, long strings)
        {
            long? found = null;
            var need = Offset(dynamic.GetValueOrDefault(VersionNeeded));
            for (long n = 0; n < dynamic.GetValueOrDefault(VersionNeededCount); n++)
            {
                var aux = need + U32(need + 8);
                for (var k = 0; k < U16(need + 2); k++)
                {
                    if (Text(strings + U32(aux + 8)) == version)
                    {
                        if (found is not null) return null;
                        found = aux;
                    }
                    aux += U32(aux + 12);
                }
                need += U32(need + 12);
            }
            return found;
        }

        /// <summary>Indices of the symbols that carry the version; null when one of them is another than the allowed one, or there is none.</summary>
        private HashSet<long>? UsersOf(ushort versionIndex, string onlySymbol, long strings)
        {
            long symbols = Offset(dynamic[SymbolTable]), versions = Offset(dynamic[VersionSymbols]);
            var users = new HashSet<long>();
            var count = (dynamic[StringTable] - dynamic[SymbolTable]) / 24; // the string table follows the symbol table
            for (long i = 0; i < count; i++)
            {
                if ((U16(versions + 2 * i) & 0x7fff) != versionIndex) continue;
                if (Text(strings + U32(symbols + 24 * i)) != onlySymbol) return null;
                users.Add(i);
            }
            return users.Count == 0 ? null : users;
        }

        private bool IsRelocated(HashSet<long> symbols)
        {
            foreach (var (table, size) in new[] { (Rela, RelaSize), (PltRela, PltRelaSize) })
            {
                if (!dynamic.TryGetValue(table, out var address)) continue;
                var start = Offset(address);
                for (var at = start; at < start + dynamic[size]; at += 24)
                    if (symbols.Contains((long)((ulong)I64(at + 8) >> 32))) return true;
            }
            return false;
        }

        private long Offset(long address)
        {
            foreach (var (start, offset, size) in loaded)
                if (address >= start && address < start + size) return address - start + offset;
            throw new InvalidOperationException("An address lies in no segment.");
        }

        private string Text(long at)
        {
            var start = checked((int)at);
            return Encoding.ASCII.GetString(bytes, start, Array.IndexOf(bytes, (byte)0, start) - start);
        }

        private ushort U16(long at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(checked((int)at), 2));

        private uint U32(long at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(checked((int)at), 4));

        private long I64(long at) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(checked((int)at), 8));
    }
}
