using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using TorchSharp;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;
using W2SR.Core.Tensors;
using W2SR.Samples.Chat;

var model = new Argument<string>("model") { Description = "A Hugging Face model folder, or a .gguf file: dense Llama, Mistral, Qwen2, Qwen2.5 or Qwen3." };
var prompt = new Option<string?>("--prompt") { Description = "Answer this once and end. Only the answer goes to standard output, figures go to standard error." };
var system = new Option<string?>("--system") { Description = "The system turn. Default: what the model's chat template does without one." };
var type = new Option<string>("--type") { Description = "What to compute in: bfloat16 halves the memory, and is faster on processors and devices that have it.", DefaultValueFactory = _ => "float32" };
type.AcceptOnlyFromAmong("float32", "bfloat16");
var temperature = new Option<double?>("--temperature") { Description = "0 takes the likeliest token each time. Default: the model's own, or 0.7." };
var maxTokens = new Option<int>("--max-tokens") { Description = "Tokens of one answer at most.", DefaultValueFactory = _ => 1024 };
var seed = new Option<ulong>("--seed") { Description = "Another seed gives other answers; the same one gives the same." };
var noThinking = new Option<bool>("--no-thinking") { Description = "Asks models with a switch for it (Qwen3) to answer without thinking first." };
var root = new RootCommand("Talk to a model on this machine.") { model, prompt, system, type, temperature, maxTokens, seed, noThinking };
root.SetAction((parsed, cancellation) => RunAsync(new ChatSettings(
    parsed.GetValue(model)!, parsed.GetValue(prompt), parsed.GetValue(system), parsed.GetValue(type)!, parsed.GetValue(temperature),
    parsed.GetValue(maxTokens), parsed.GetValue(seed), parsed.GetValue(noThinking)), cancellation));
return await root.Parse(args).InvokeAsync();

static async Task<int> RunAsync(ChatSettings settings, CancellationToken cancellation)
{
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    try
    {
        var options = new LoadOptions
        {
            Target = new ComputeTarget(torch.CPU, settings.Type == "bfloat16" ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32),
            SystemMessage = settings.System,
            TemplateVariables = settings.NoThinking ? new Dictionary<string, JsonNode?> { ["enable_thinking"] = false } : [],
        };
        using var student = await LoadDisplay.LoadAsync(settings.Model, options, cancellation);
        return new Conversation(student, settings).Run(cancellation);
    }
    catch (OperationCanceledException)
    {
        return Fail("Stopped.", 130);
    }
    catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or InsufficientMemoryException
        or ChatTemplateRaisedException or TorchRuntimeException)
    {
        return Fail(e.Message, 1);
    }
}

static int Fail(string message, int code)
{
    Console.Error.WriteLine(message);
    return code;
}
