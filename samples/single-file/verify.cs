#!/usr/bin/env -S dotnet run
#:package W2SR.Core@0.1.0
#:property PublishAot=false

// Is this answer right?   dotnet run verify.cs -- "\frac{1}{\sqrt{2}}" "So the ratio is \boxed{\sqrt{2}/2}."
// The first argument is the reference, the second what a model wrote. Exit code 0: correct, 1: not, 2: wrong call. Needs no model and no libtorch.
using W2SR.Core.Problems;
using W2SR.Core.Verification;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: dotnet run verify.cs -- REFERENCE RESPONSE");
    return 2;
}
var verdict = new MathVerifier().Verify(new Problem("argument", "", args[0]), args[1]);
Console.WriteLine($"{verdict.Outcome}: {verdict.Reason}");
Console.WriteLine($"  reference  {verdict.GoldNormal}");
Console.WriteLine($"  answer     {verdict.PredictedNormal ?? "none"} (found by {verdict.Extraction}{(verdict.Tier is { } tier ? $", compared as {tier}" : "")})");
return verdict.IsCorrect ? 0 : 1;
