using W2SR.Core.Common;
using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Models;

public sealed class LoraAdapterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("w2sr-lora-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Load_AdapterOfAnotherModel_NamesTheTensorAndBothShapes_AndLeavesTheModel()
    {
        using CausalLm small = TinyModels.Create(), wide = TinyModels.Create(TinyModels.Config() with { FeedForwardSize = 40 }), deep = TinyModels.Create(TinyModels.Config() with { LayerCount = 3 });
        using var adapter = LoraAdapter.Create(small, new LoraConfig { Rank = 2 });
        adapter.Save(folder);
        var error = Assert.Throws<W2srFormatException>(() => LoraAdapter.Load(wide, folder));
        Assert.Contains("gate_proj", error.Message, StringComparison.Ordinal);
        Assert.Contains("[32, 2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("[40, 2]", error.Message, StringComparison.Ordinal);
        Assert.Contains("layers.2", Assert.Throws<W2srFormatException>(() => LoraAdapter.Load(deep, folder)).Message, StringComparison.Ordinal);
        Assert.Contains("another shape", Assert.Throws<ArgumentException>(() => wide.Attach(adapter)).Message, StringComparison.Ordinal);
        Assert.Null(wide.Adapter);
        using var again = LoraAdapter.Load(small, folder);
        Assert.Equal(2, again.Config.Rank);
    }
}
