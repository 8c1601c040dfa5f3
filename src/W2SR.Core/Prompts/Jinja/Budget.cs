using System.Numerics;
using System.Runtime.CompilerServices;

namespace W2SR.Core.Prompts.Jinja;

/// <summary>What one rendering may still spend: steps, characters of output, depth of calls. Everything that loops or builds a text asks here first.</summary>
internal sealed class Budget(ChatTemplateLimits limits)
{
    /// <summary>Integers above this are refused: no template counts that far, and arithmetic on them has no bound.</summary>
    private const long MaxIntegerBits = 32_768;

    private const int CharactersPerStep = 8;
    private readonly ChatTemplateLimits _limits = limits;
    private long _steps;
    private int _calls;

    public int MaxOutputLength => _limits.MaxOutputLength;

    /// <summary>Charges steps.</summary>
    public void Spend(long steps = 1)
    {
        _steps += steps;
        if (_steps > _limits.MaxSteps)
            throw new JinjaError($"the template took more than {_limits.MaxSteps:N0} steps. Is there a loop without end? If not, raise ChatTemplateLimits.MaxSteps.");
    }

    /// <summary>Charges a text of so many characters that is about to be built.</summary>
    public void SpendText(long length)
    {
        CheckLength(length);
        Spend(1 + length / CharactersPerStep);
    }

    /// <summary>Charges a list of so many items that is about to be built.</summary>
    public void SpendItems(long count)
    {
        Spend(1 + Math.Min(count, long.MaxValue / 2));
    }

    public void CheckLength(long length)
    {
        if (length > _limits.MaxOutputLength)
            throw new JinjaError($"the template built a text of more than {_limits.MaxOutputLength:N0} characters. If that is meant, raise ChatTemplateLimits.MaxOutputLength.");
    }

    public void CheckInteger(long bits)
    {
        if (bits > MaxIntegerBits)
            throw new JinjaError($"an integer of more than {MaxIntegerBits:N0} bits is not supported");
        Spend(1 + bits / 64);
    }

    public void CheckInteger(BigInteger value) => CheckInteger(value.GetBitLength());

    public void EnterCall()
    {
        if (++_calls > _limits.MaxCallDepth)
            throw new JinjaError($"calls are nested more than {_limits.MaxCallDepth} deep. Does a macro call itself without end? If not, raise ChatTemplateLimits.MaxCallDepth.");
        EnsureStack();
    }

    public void LeaveCall() => _calls--;

    /// <summary>Refuses to go deeper when the thread's stack is nearly used up; to be called by whatever recurses into values or nodes.</summary>
    public static void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new JinjaError("the template or its data is nested too deeply for this thread's stack");
    }
}
