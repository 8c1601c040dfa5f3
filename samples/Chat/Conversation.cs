using System.Diagnostics;
using System.Globalization;
using W2SR.Core.Common;
using W2SR.Core.Prompts;
using W2SR.Core.Reasoners;

namespace W2SR.Samples.Chat;

/// <summary>Questions in, answers out as they are written, figures at the end of each.</summary>
internal sealed class Conversation(LocalStudent student, ChatSettings settings)
{
    private readonly List<ChatMessage> turns = [];
    private readonly SamplingOptions sampling = Sampling(student, settings);

    public int Run(CancellationToken cancellation)
    {
        if (settings.Prompt is { } question)
        {
            Answer(question, cancellation);
            return 0;
        }
        Console.WriteLine($"{student.Name}: {student.ParameterCount / 1e6:F0} million parameters{(student.HasChatTemplate ? "" : ", no chat template (a base model continues your text)")}.");
        Console.WriteLine("Write a message. /new forgets the conversation, /exit or the end of input ends.");
        while (true)
        {
            if (!Console.IsInputRedirected) Console.Write("> ");
            var line = Console.ReadLine();
            cancellation.ThrowIfCancellationRequested();
            switch (line?.Trim())
            {
                case null or "/exit": return 0;
                case "": continue;
                case "/new":
                    turns.Clear();
                    continue;
                default:
                    Answer(line, cancellation);
                    break;
            }
        }
    }

    private void Answer(string question, CancellationToken cancellation)
    {
        turns.Add(ChatMessage.User(question));
        var answer = new System.Text.StringBuilder();
        var watch = Stopwatch.StartNew();
        TimeSpan first = default;
        ResponsePiece last = default;
        foreach (var piece in student.Respond(turns, sampling, turns.Count, cancellation))
        {
            if (piece.Tokens == 1) first = watch.Elapsed;
            answer.Append(piece.Text);
            Console.Write(piece.Text);
            last = piece;
        }
        Console.WriteLine();
        turns.Add(ChatMessage.Assistant(answer.ToString()));
        Console.Error.WriteLine(Figures(last, first, watch.Elapsed));
    }

    private static string Figures(ResponsePiece last, TimeSpan first, TimeSpan all)
    {
        var writing = (all - first).TotalSeconds;
        var rate = last.Tokens > 1 && writing > 0 ? (last.Tokens - 1) / writing : 0; // the first token's time is the prompt's
        var cut = last.FinishReason switch
        {
            FinishReason.Length => ", cut off at --max-tokens",
            FinishReason.ContextLimit => ", cut off: the model's context is full, /new begins anew",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"[{last.Tokens} tokens, {rate:F1} tokens per second after a first one in {first.TotalSeconds:F2} s{cut}]");
    }

    private static SamplingOptions Sampling(LocalStudent student, ChatSettings settings)
    {
        var own = student.GenerationDefaults;
        return new SamplingOptions
        {
            Temperature = settings.Temperature ?? (own?.DoesSample == false ? 0 : own?.Temperature ?? 0.7),
            TopP = own?.TopP ?? 1,
            TopK = own?.TopK ?? 0,
            MinP = own?.MinP ?? 0,
            RepetitionPenalty = own?.RepetitionPenalty ?? 1,
            MaxNewTokens = settings.MaxTokens,
            Seed = settings.Seed,
        };
    }
}
