// Started by TorchRuntimeTests: what a process does first decides whether libtorch can still be loaded.
using TorchSharp;
using W2SR.Core.Tensors;

switch (args[0])
{
    case "torch-first":
        Console.WriteLine(torch.ones(3).sum().item<float>());
        break;
    case "library-first":
        Console.WriteLine(TorchRuntime.Describe());
        break;
    case "race":
        Parallel.For(0, 8, _ => TorchRuntime.EnsureLoaded());
        Console.WriteLine(torch.ones(3).sum().item<float>());
        break;
    case "ensure":
        try
        {
            TorchRuntime.EnsureLoaded();
            Console.WriteLine("loaded");
        }
        catch (TorchRuntimeException e)
        {
            Console.WriteLine(e.Message);
            return 3;
        }
        break;
}
return 0;
