using BenchmarkDotNet.Running;
using W2SR.Core.Benchmarks.Generation;
using W2SR.Core.Benchmarks.Ratios;

// ratios NAME: every end-to-end ratio whose name starts with NAME, one JSON line each. arm NAME ARM: one arm of a memory ratio, as a
// process of its own. profile generation: where a decoding step spends its time. Anything else goes to BenchmarkDotNet.
switch (args)
{
    case ["ratios", .. var rest] when rest.Length <= 1:
        return RatioRunner.Run(rest.FirstOrDefault() ?? "");
    case ["arm", var name, var arm]:
        return RatioRunner.RunArm(name, arm);
    case ["profile", "generation"]:
        return GenerationProfile.Run();
    default:
        BenchmarkSwitcher.FromAssembly(typeof(RatioRunner).Assembly).Run(args);
        return 0;
}
