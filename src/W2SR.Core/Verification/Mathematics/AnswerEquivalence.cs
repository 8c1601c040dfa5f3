namespace W2SR.Core.Verification.Mathematics;

/// <summary>Are two parsed answers equal under the conventions of docs/verification.md?</summary>
internal sealed class AnswerEquivalence
{
    private const int MostPairs = 900;

    private readonly WorkBudget budget;
    private readonly ScalarEquivalence scalars;
    private int depth;

    public AnswerEquivalence(WorkBudget budget)
    {
        this.budget = budget;
        scalars = new ScalarEquivalence(budget);
    }

    /// <summary>The highest tier that a comparison needed.</summary>
    public EquivalenceTier Tier { get; private set; } = EquivalenceTier.Structural;

    public bool IsUndefined => scalars.IsUndefined;

    public bool AreEqual(Node gold, Node predicted)
    {
        if (!budget.Spend(1) || ++depth > WorkBudget.DeepestNesting) return false;
        var result = Compare(gold, predicted);
        depth--;
        return result;
    }

    private bool Compare(Node gold, Node predicted)
    {
        if (predicted.Kind == NodeKind.Text && gold.Kind == NodeKind.BaseNumber) return CompareBases(gold, predicted);
        if (gold.Kind == NodeKind.Text || predicted.Kind == NodeKind.Text) return gold.Kind == predicted.Kind && gold.Name == predicted.Name;
        gold = Simplify(gold);
        predicted = Simplify(predicted);
        if (RealSetReader.IsForm(gold) || RealSetReader.IsForm(predicted)) return CompareRealSets(gold, predicted);
        if (gold.Kind == NodeKind.Relation || predicted.Kind == NodeKind.Relation) return CompareRelations(gold, predicted);
        if (gold.Kind == NodeKind.Set || predicted.Kind == NodeKind.Set) return CompareSets(gold, predicted);
        if (gold.Kind == NodeKind.Bracketed || predicted.Kind == NodeKind.Bracketed)
            return gold.Kind == predicted.Kind && (gold.Name == predicted.Name || gold.Items.Length > 2) && CompareItems(gold, predicted);
        if (gold.Kind == NodeKind.Matrix || predicted.Kind == NodeKind.Matrix)
            return gold.Kind == predicted.Kind && gold.Places == predicted.Places && CompareItems(gold, predicted);
        if (gold.Kind == NodeKind.Ratio || predicted.Kind == NodeKind.Ratio)
            return gold.Kind == predicted.Kind && (gold.Name.Length == 0 || predicted.Name.Length == 0 || gold.Name == predicted.Name) && CompareItems(gold, predicted);
        if (gold.Kind == NodeKind.BaseNumber || predicted.Kind == NodeKind.BaseNumber) return CompareBases(gold, predicted);
        if (!IsScalar(gold) || !IsScalar(predicted)) return gold.SameAs(predicted);
        return CompareMeasured(gold, predicted);
    }

    private static bool IsScalar(Node node) => node.Kind is not (NodeKind.NamedSet or NodeKind.EmptySet or NodeKind.Ellipsis or NodeKind.SetBuilder or NodeKind.Union or NodeKind.Intersection or NodeKind.Difference);

    private bool Scalar(Node gold, Node predicted)
    {
        var result = scalars.AreEqual(gold, predicted);
        if (scalars.Tier > Tier || !result) Tier = scalars.Tier;
        return result;
    }

    private bool CompareItems(Node gold, Node predicted)
    {
        if (gold.Items.Length != predicted.Items.Length) return false;
        for (var i = 0; i < gold.Items.Length; i++)
            if (!AreEqual(gold[i], predicted[i]))
                return false;
        return true;
    }

    /// <summary>Writes out plus/minus, brings scalars into matrices, and takes "x in" off finite sets.</summary>
    private static Node Simplify(Node node)
    {
        if (node.Any(n => n.Kind == NodeKind.PlusMinus)) node = SignExpansion.Expand(node);
        if (node is { Kind: NodeKind.Relation, Name: "∈" } && node[1].Kind == NodeKind.Set) return node[1];
        if (node.Kind is NodeKind.Multiply or NodeKind.Divide or NodeKind.Negate or NodeKind.Add && node.Items.Any(HasMatrix)) return MatrixForms.Distribute(node);
        if (node.Kind == NodeKind.WithUnit && node[0].Kind is not (NodeKind.Number or NodeKind.Divide or NodeKind.Add or NodeKind.Multiply or NodeKind.Negate or NodeKind.Variable)) return Simplify(node[0]) is var inner && IsScalar(inner) && inner.Kind is not (NodeKind.Bracketed or NodeKind.Set) ? node : inner;
        if (node is { Kind: NodeKind.Negate } && node[0].Kind == NodeKind.BaseNumber) return Node.Named(NodeKind.BaseNumber, "-" + node[0].Name, node[0][0]);
        return node;
    }

    private static bool HasMatrix(Node node) => node.Kind == NodeKind.Matrix || (node.Kind is NodeKind.Negate or NodeKind.Multiply or NodeKind.Divide && node.Items.Any(HasMatrix));

    private bool CompareRealSets(Node gold, Node predicted)
    {
        Tier = EquivalenceTier.Exact;
        // Points written alike are compared as tuples, also where only one side could be an interval too.
        var reader = new RealSetReader(budget);
        if (reader.Read(gold) is { } a && reader.Read(predicted) is { } b)
        {
            var isMixedForm = RealSetReader.IsForm(gold) != RealSetReader.IsForm(predicted);
            if (isMixedForm && gold.Kind == NodeKind.Bracketed && predicted.Kind == NodeKind.Relation) return false;
            return a.EqualTo(b, Scalar);
        }
        if (gold.Kind == NodeKind.Relation && predicted.Kind == NodeKind.Relation) return new RelationEquivalence(budget, Scalar).AreEqual(gold, predicted);
        if (gold.Kind == NodeKind.Bracketed && predicted.Kind == NodeKind.Bracketed) return gold.Name == predicted.Name && CompareItems(gold, predicted);
        return gold.SameAs(predicted) || (gold.Kind == predicted.Kind && gold.Kind is NodeKind.Union or NodeKind.Set && CompareUnordered(gold.Items, predicted.Items));
    }

    private bool CompareRelations(Node gold, Node predicted)
    {
        if (gold.Kind == NodeKind.Relation && predicted.Kind == NodeKind.Relation)
        {
            if (gold.SameAs(predicted)) return true;
            if (Assignments.Split(gold) is { Name: { } a } g && Assignments.Split(predicted) is { Name: { } b } p)
            {
                var isSameName = a.SameAs(b) || (Assignments.IsFunctionName(a) && Assignments.IsFunctionName(b) && (a.Kind == NodeKind.Variable || b.Kind == NodeKind.Variable));
                if (isSameName && Stated(g.Values) is { } left && Stated(p.Values) is { } right && AreEqual(left, right)) return true;
            }
            return new RelationEquivalence(budget, Scalar).AreEqual(gold, predicted);
        }
        if (gold.Kind == NodeKind.Relation)
            return Assignments.Split(gold) is { Name: not null and not { Kind: NodeKind.Add } } golden && Stated(golden.Values) is { } value && AreEqual(value, predicted);
        return Assignments.SplitStatement(predicted) is { } stated && Stated(stated.Values) is { } answer && AreEqual(gold, answer);
    }

    /// <summary>The last value of a chain whose values are all equal; null when it contradicts itself. A formula on the way to a number says nothing against it.</summary>
    private Node? Stated(Node[] values)
    {
        var last = values[^1];
        for (var i = 0; i + 1 < values.Length; i++)
            if ((last.HasVariable || !values[i].HasVariable) && !AreEqual(values[i], last))
                return null;
        return last;
    }

    private bool CompareSets(Node gold, Node predicted)
    {
        if (gold.Kind == NodeKind.EmptySet || predicted.Kind == NodeKind.EmptySet) return false;
        var golds = SetItems(gold);
        var predictions = SetItems(predicted);
        // A singleton in braces is not its element; a list that repeats one value is.
        if (golds is null || predictions is null) return false;
        return CompareUnordered(golds, predictions);
    }

    /// <summary>The elements, without the one name that they may share; null for a scalar against a set in braces.</summary>
    private static Node[]? SetItems(Node node)
    {
        if (node.Kind != NodeKind.Set) return [node];
        var items = node.Items.SelectMany(i => i.Any(n => n.Kind == NodeKind.PlusMinus) ? SignExpansion.Expand(i) is { Kind: NodeKind.Set } several ? several.Items : [i] : [i]).ToArray();
        Node? shared = null;
        var stripped = new Node[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            stripped[i] = items[i];
            if (Assignments.Split(items[i]) is not { Name: { } name, Values: [var value] }) continue;
            if (shared is not null && !shared.SameAs(name)) return items;
            shared = name;
            stripped[i] = value;
        }
        return stripped.SelectMany(i => i is { Kind: NodeKind.Set, Name: not "{" } ? i.Items : [i]).ToArray();
    }

    private bool CompareUnordered(Node[] golds, Node[] predictions)
    {
        if (golds.Length * predictions.Length > MostPairs) return golds.Length == predictions.Length && golds.Zip(predictions).All(p => AreEqual(p.First, p.Second));
        var isMatched = new bool[predictions.Length];
        foreach (var gold in golds)
        {
            var found = false;
            for (var i = 0; i < predictions.Length; i++)
            {
                if ((isMatched[i] && found) || !AreEqual(gold, predictions[i])) continue;
                isMatched[i] = found = true;
            }
            if (!found) return false;
        }
        return Array.TrueForAll(isMatched, m => m);
    }

    /// <summary>Digits and base; a missing base in the prediction is the question's.</summary>
    private bool CompareBases(Node gold, Node predicted)
    {
        Tier = EquivalenceTier.Structural;
        if (gold.Kind != NodeKind.BaseNumber) return false;
        var digits = gold.Name.TrimStart('0');
        if (predicted.Kind == NodeKind.BaseNumber) return gold[0].Value == predicted[0].Value && digits == predicted.Name.TrimStart('0');
        var isNegative = predicted.Kind == NodeKind.Negate;
        return Digits(isNegative ? predicted[0] : predicted) is { } written && digits == (isNegative ? "-" : "") + written.TrimStart('0');
    }

    /// <summary>What was written without its base: digits, and above ten letters, which read as a word or a product; null for anything else.</summary>
    private static string? Digits(Node node) => node.Kind switch
    {
        NodeKind.Number when node.Value.IsInteger && node.Places <= 0 => node.Value.ToString(),
        NodeKind.Number when node.Places > 0 => Renderer.Render(node),
        NodeKind.Variable when node.Name is [>= 'A' and <= 'Z'] => node.Name,
        NodeKind.Constant when node.Name is [>= 'A' and <= 'Z'] => node.Name,
        NodeKind.Text => node.Name.ToUpperInvariant(),
        NodeKind.Multiply => node.Items.Select(Digits).ToArray() is var parts && parts.All(p => p is not null) ? string.Concat(parts) : null,
        _ => null,
    };

    /// <summary>Scalars with their units, degrees and percent signs.</summary>
    private bool CompareMeasured(Node gold, Node predicted)
    {
        var (g, goldUnit) = Measure(gold);
        var (p, unit) = Measure(predicted);
        if (unit is null && UnitLetters.Read(predicted) is { } read && (goldUnit is not null ? string.Equals(read.Unit, goldUnit, StringComparison.OrdinalIgnoreCase) : !gold.HasVariable && UnitLetters.IsCompound(read.Unit))) (p, unit) = read;
        if (goldUnit is not null && unit is not null && goldUnit != unit && goldUnit != "%" && unit != "%" && Words.Unit(goldUnit) is not null && Words.Unit(unit) is not null) return false;
        if (goldUnit != "%" && unit != "%") return Scalar(g, p);
        if (goldUnit == "%" && unit == "%") return Scalar(g, p);
        if (goldUnit == "%") return Scalar(g, p) || Scalar(Node.Of(NodeKind.Divide, g, Node.Number(100)), p);
        if (Scalar(g, Node.Of(NodeKind.Divide, p, Node.Number(100)))) return true;
        // "25" may be asked as a percentage; a fraction or a number below one is none.
        return ExactEvaluator.Evaluate(g, budget, out var value) == Exactness.Rational && (value.IsInteger || (g.Places > 0 && BigRational.Abs(value).CompareTo(1) > 0)) && Scalar(g, p);
    }

    private static (Node Value, string? Unit) Measure(Node node) => node.Kind switch
    {
        NodeKind.WithUnit => (Measure(node[0]).Value, node.Name),
        NodeKind.Degree => (node[0], "deg"),
        NodeKind.Percent => (node[0], "%"),
        NodeKind.Negate when node[0].Kind is NodeKind.Degree or NodeKind.Percent or NodeKind.WithUnit => (Node.Of(NodeKind.Negate, Measure(node[0]).Value), Measure(node[0]).Unit),
        _ => (node, null),
    };
}
