using W2SR.Core.Models;
using W2SR.Core.Tests.Infrastructure;

namespace W2SR.Core.Tests.Models;

public sealed class DecoderFlopsTests
{
    [Fact]
    public void Forward_TinyModel_IsTheSumOfItsProductsByHand()
    {
        // 2 layers; C 24, 4 heads of 6, F 32, V 31; one sequence of 3 tokens, 2 through the head.
        // Per token and layer: q, k, v, o 4 * 24 * 24 = 2304; gate, up, down 3 * 24 * 32 = 2304.
        // Attention: 1 + 2 + 3 = 6 pairs, each 2 products of 24.
        const double weights = 3 * 2 * (2304 + 2304), attention = 6 * 2 * 2 * 24, head = 2 * 24 * 31;
        var config = TinyModels.Config();
        Assert.Equal(2 * (weights + attention + head), DecoderFlops.Forward(config, [3], 2));
        Assert.Equal(3 * DecoderFlops.Forward(config, [3], 2), DecoderFlops.Training(config, [3], 2));
    }
}
