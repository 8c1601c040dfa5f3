namespace W2SR.Core.Handover.Files;

/// <summary>Rewards in Python for the engines: the last box, compared after light normalisation. <c>MathVerifier</c> knows more equal forms; docs/handover.md says which.</summary>
internal static class RewardFiles
{
    private const string Core = """"
        import re

        _SPACING = re.compile(r"\\[,;:! ]|\\left(?![a-z])|\\right(?![a-z])|\s+")
        _SHORT_FRACTION = re.compile(r"\\[dt]?frac\s*(\d)\s*(\d)")


        def last_box(text):
            """Content of the last \\boxed{...} after the thinking, braces balanced; None without one."""
            end = text.rfind("</think>")
            if end >= 0:
                text = text[end:]
            for start in reversed([m.end() for m in re.finditer(r"\\boxed\s*\{", text)]):
                depth = 1
                for at in range(start, len(text)):
                    if text[at] == "\\":
                        continue
                    if text[at] == "{" and text[at - 1] != "\\":
                        depth += 1
                    elif text[at] == "}" and text[at - 1] != "\\":
                        depth -= 1
                        if depth == 0:
                            return text[start:at].strip()
            return None


        def normal(answer):
            """Spacing, dollars, a final full stop, \\dfrac and \\frac12 are forms of one answer."""
            answer = answer.strip().strip("$").strip().rstrip(".")
            answer = _SHORT_FRACTION.sub(r"\\frac{\1}{\2}", answer)
            answer = answer.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac")
            answer = _SPACING.sub("", answer)
            return re.sub(r"(?<=\d),(?=\d{3}(\D|$))", "", answer)


        def is_right(text, gold):
            box = last_box(text)
            return box is not None and gold is not None and normal(box) == normal(gold)

        """";

    /// <summary>For <c>trl grpo</c>, as <c>w2sr_rewards.boxed_reward</c>.</summary>
    public static HandoverFile Trl { get; } = HandoverFile.Text("w2sr_rewards.py", "\"\"\"1 for the right answer in the last box, else 0. TRL calls w2sr_rewards.boxed_reward.\"\"\"\n\n" + Core + """


        def boxed_reward(completions, solution=None, **kwargs):
            if solution is None:
                raise ValueError("w2sr_rewards.boxed_reward needs the column 'solution'.")
            texts = [c if isinstance(c, str) else c[-1]["content"] for c in completions]
            return [1.0 if is_right(text, gold) else 0.0 for text, gold in zip(texts, solution)]

        """);

    /// <summary>For verl, as <c>compute_score</c>. What it returns besides the score is dumped with each response, so that dumps can be led back to problems.</summary>
    public static HandoverFile Verl { get; } = HandoverFile.Text("w2sr_reward.py", "\"\"\"1 for the right answer in the last box, else 0. verl calls compute_score.\"\"\"\n\n" + Core + """


        def compute_score(data_source, solution_str, ground_truth, extra_info=None, **kwargs):
            right = is_right(solution_str, ground_truth)
            return {
                "score": 1.0 if right else 0.0,
                "acc": right,
                "pred": last_box(solution_str) or "",
                "problem_id": str((extra_info or {}).get("problem_id", "")),
            }

        """);
}
