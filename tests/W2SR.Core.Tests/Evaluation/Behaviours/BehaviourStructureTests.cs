using W2SR.Core.Evaluation.Behaviours;

namespace W2SR.Core.Tests.Evaluation.Behaviours;

/// <summary>What the rules read besides wordings: each text has no word of its behaviour.</summary>
public sealed class BehaviourStructureTests
{
    [Theory]
    [InlineData(Behaviour.Verification, "There are 24 cards, so each of the 3 gets 24 / 3 = 8. 8 * 3 = 24. \\boxed{8}")]
    [InlineData(Behaviour.Verification, "x + 9 = 15, x = 6. 6 + 9 = 15. \\boxed{6}")]
    [InlineData(Behaviour.Verification, "18 * 24 = 432. And directly 1 + 17 + 23 + 391 = 432. Good.")]
    [InlineData(Behaviour.Backtracking, "18 * 24 = 422. 18 * 24 = 432. \\boxed{432}")]
    [InlineData(Behaviour.Backtracking, "The answer is 30. Oh, four are given away. The answer is 26.")]
    [InlineData(Behaviour.Backtracking, "40 * 7 = 280 cups\nOh, it is closed on Sunday. So it is 6 days and 40 * 6 = 240 cups")]
    [InlineData(Behaviour.Verification, "n^2 + (n + 1)^2 = 85, so n = 6. The numbers are 6 and 7. 36 + 49 = 85. \\boxed{7}")]
    [InlineData(Behaviour.Verification, "There are 15 games. By the formula: 6 * 5 / 2 = 15. \\boxed{15}")]
    [InlineData(Behaviour.Backtracking, "There are 120 ways. But the two red balls are alike. Dividing by 2 gives 60. \\boxed{60}")]
    [InlineData(Behaviour.Backtracking, "60 * 40 = 2400 km. That is impossible. 60 * 40/60 = 40 km. \\boxed{40}")]
    [InlineData(Behaviour.Backtracking, "4 * 3 * 2 = 24 ways. \"around a circular table\". So only 3 * 2 = 6. \\boxed{6}")]
    [InlineData(Behaviour.Enumeration, "3 * 20 = 60, 4 * 15 = 60, 5 * 12 = 60. The last has the smallest sum.")]
    [InlineData(Behaviour.Enumeration, "Even first digit: 4 * 5 = 20. Odd first digit: 5 * 4 = 20.")]
    [InlineData(Behaviour.BackwardChaining, "To find the value of k such that the function\n\\[f(x) = kx\\]\nis continuous, we need the limit at 2. \\boxed{3}")]
    [InlineData(Behaviour.Subgoals, "Step 1\nCalculate the red balls. 30 / 2 = 15\nStep 2\nCalculate the blue balls. 30 - 15 = 15")]
    [InlineData(Behaviour.Enumeration, "2^1 = 2, 2^2 = 4, 2^3 = 8. The last digit is 8.")]
    [InlineData(Behaviour.Enumeration, "From 1 and 15: x = 8. From 3 and 5: x = 4.")]
    [InlineData(Behaviour.Enumeration, "If both are odd, the sum is even. If one is odd, the sum is odd.")]
    [InlineData(Behaviour.Subgoals, "1. **Total outcomes:** 36\n2. **Favourable outcomes:** 5")]
    [InlineData(Behaviour.Restating, "We want the last digit of 3^20. It is 1.")]
    [InlineData(Behaviour.Restating, "<think>\nOkay. Two hikers start at the ends of a 24 km trail and walk towards each other.\n24 / 8 = 3\n</think>\n3")]
    [InlineData(Behaviour.Subgoals, "Explanation: First find the number of boys. 28 * 3/7 = 12.")]
    [InlineData(Behaviour.BackwardChaining, "To determine how many are left, we need to subtract the eggs used from the total.\n1. Calculate the number of eggs used: 60 / 3 = 20")]
    [InlineData(Behaviour.Enumeration, "With plan A it is 10 * 3 = 30. With plan B it is 28.")]
    [InlineData(Behaviour.Enumeration, "1, 2, 6 -> 6 of them\n1, 3, 4 -> 6 of them")]
    [InlineData(Behaviour.Restating, "Sara has twice as many books as Tom. Tom has 14 books.\n14 * 2 = 28\n28 + 14 = 42\n#### 42")]
    [InlineData(Behaviour.Restating, "The sum of two numbers is 30 and one is twice the other. Let the small one be x. x + 2x = 30, x = 10.")]
    [InlineData(Behaviour.Restating, "To find the cost we need the area. The floor is 12 feet long and 9 feet wide, and 2 tiles cost 7 dollars. 12 * 9 = 108.")]
    [InlineData(Behaviour.Restating, "Let ABC be a triangle with AB = 5 and AC = 7. Find BC. By the theorem it is 6.")]
    [InlineData(Behaviour.Backtracking, "It seems that there are 15 pairs. But five are adjacent, so there are 10.")]
    [InlineData(Behaviour.Enumeration, "If it rains he needs 3 hours. If it doesn't rain he needs 2 hours.")]
    [InlineData(Behaviour.Enumeration, "\\begin{aligned}\n7^1 &= 7 \\\\\n7^2 &= 49 \\\\\n7^3 &= 343\n\\end{aligned}")]
    [InlineData(Behaviour.Verification, "The last digit is 3. We can confirm this: 7^2 ≡ -1, hence (-1)^5 * 7 ≡ 3.")]
    public void Detect_StructureAlone_IsFound(Behaviour behaviour, string text) => Assert.True(BehaviourDetector.Count(text)[behaviour] > 0);

    [Theory]
    [InlineData(Behaviour.Verification, "She cashed a check for 30 dollars. The clinic checks 3 patients an hour.")]
    [InlineData(Behaviour.Verification, "This is the correct answer. The answer is 45.")]
    [InlineData(Behaviour.Verification, "12 / 4 = 3 for each of the 3 kids. 3 * 5 = 15. \\boxed{15}")]
    [InlineData(Behaviour.Backtracking, "Wait times add up to 65 minutes. He actually paid 5 dollars. 5 * 6 = 30.")]
    [InlineData(Behaviour.Backtracking, "x = 5. Wait, let me see it with numbers: 2 * 5 = 10.")]
    [InlineData(Behaviour.Verification, "So the answer is 35 km. So the answer is correct.")]
    [InlineData(Behaviour.Verification, "7: 7 * 13 = 91, yes. So 91 is not prime.")]
    [InlineData(Behaviour.Backtracking, "24 / 3 = 8. Wait, does that include the host? No, so it's fine. \\boxed{8}")]
    [InlineData(Behaviour.Backtracking, "Wait 10 minutes for each of the 3 buses, so 30 minutes. It is not far.")]
    [InlineData(Behaviour.Backtracking, "She has 15 now. However, she gives a third away: 15 / 3 = 5. So 10 remain.")]
    [InlineData(Behaviour.Enumeration, "At 60 km/h he needs 2 hours. At 80 km/h he needs 90 minutes.")]
    [InlineData(Behaviour.Subgoals, "First place gets 50 dollars and second place gets 30 dollars. Step 1: 50 + 30 = 80.")]
    [InlineData(Behaviour.BackwardChaining, "He needs 5 screws for every chair. To get to work she takes 2 buses.")]
    [InlineData(Behaviour.Enumeration, "The store received 8 cases with 12 bottles each, for a total of 8 * 12 = 96, with 3 broken and 93 left.")]
    [InlineData(Behaviour.Restating, "Since we are given that x = 3, x + 1 = 4.")]
    [InlineData(Behaviour.Subgoals, "First, add 3 to both sides. Next, divide by 2: x = 5. Total: 12 + 5 = 17")]
    [InlineData(Behaviour.Subgoals, "1. **Expand the bracket:** 2x + 6 = 10\n2. **Divide by 2:** x = 2")]
    [InlineData(Behaviour.Verification, "Try x = 1. 1 - 5 + 6 = 2. No. Try x = 2. 4 - 10 + 6 = 0. Yes.")]
    [InlineData(Behaviour.Backtracking, "Try x = 1. 1 - 5 + 6 = 2. No. Try x = 2. 4 - 10 + 6 = 0. Yes.")]
    [InlineData(Behaviour.Enumeration, "We substitute both back. For x = 3: 9 = 9, true. For x = -1: 1 is not -1, extraneous.")]
    [InlineData(Behaviour.Enumeration, "After day one: x / 2. After day two: x / 4. After day three: x / 8.")]
    [InlineData(Behaviour.Restating, "To find the rest, subtract 5 from 12. That is 7.")]
    [InlineData(Behaviour.Restating, "There are 7 days in a week and 24 hours in a day. 7 * 24 = 168.")]
    [InlineData(Behaviour.Restating, "Half of 80 is 40 and a quarter of 40 is 10. So 10.")]
    [InlineData(Behaviour.Restating, "The volume depends on the height, which is not given, so we need to find the height from the radius.")]
    [InlineData(Behaviour.Verification, "<think>\n2 * 9 = 18, so 18 of 36.\n</think>\n36 / 2 = 18, and 18 * 2 = 36. \\boxed{18}")]
    [InlineData(Behaviour.Verification, "So n = 11 is the first that works.")]
    [InlineData(Behaviour.Backtracking, "- For x = 9: 4 = 4. This is valid.\n- For x = 2: 3 and -3. This is not valid.")]
    [InlineData(Behaviour.Backtracking, "Case 1 gives x = 7. Case 2 gives x = -2. The sum is 5. Hmm, also, both lie around x = 5/2, so the sum should be 2 * 5/2 = 5.")]
    [InlineData(Behaviour.Backtracking, "He made a mistake on 3 of the 20 questions. 17/20 = 85 percent.")]
    [InlineData(Behaviour.Enumeration, "When she sold 5 cakes she had 15 left. When she sold 5 more she had 10 left.")]
    [InlineData(Behaviour.Enumeration, "The tickets cost 1 + 1 = 2, 2 + 1 = 3, 3 + 1 = 4 and 4 + 1 = 5 dollars.")]
    [InlineData(Behaviour.BackwardChaining, "For this to be the case, n + 1 must be a divisor of 12.")]
    public void Detect_InnocentUse_IsNotFound(Behaviour behaviour, string text) => Assert.Equal(0, BehaviourDetector.Count(text)[behaviour]);

    [Fact]
    public void Detect_WishOfWhichOnlyTheNeedsAreAsked_RestatesNothing()
    {
        var counts = BehaviourDetector.Count("We want the volume. For that we need the height, which is 6. \\boxed{6}");
        Assert.Equal((0, true), (counts[Behaviour.Restating], counts[Behaviour.BackwardChaining] > 0));
    }
}
