namespace W2SR.Core.Experiments;

/// <summary>Checks that an experiment's entries fit together.</summary>
internal static class ExperimentChecks
{
    public static void Check(ExperimentFile file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(file.Name, "name");
        if (file.Seeds.Count == 0) throw new ArgumentException("seeds is empty; give at least one.");
        if (file.Seeds.GroupBy(s => s).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new ArgumentException($"seeds lists {twice.Key} twice.");
        if (file.Workers is < 1 or > 64) throw new ArgumentException($"workers is {file.Workers}; it must lie between 1 and 64.");
        if (file.Routes is null == file.Benchmarks is null) throw new ArgumentException("give either routes (the procedural task) or benchmarks (files of problems), not both or neither.");
        Within("routes", () => file.Routes?.Validate());
        Within("benchmarks", () => file.Benchmarks?.Validate());
        Within("training", file.Training.Validate);
        Within("traces", file.Traces.Validate);
        Within("evaluation", file.Evaluation.Validate);
        foreach (var (name, model) in file.Bases) Within($"bases '{name}'", () => CheckBase(file, name, model));
        foreach (var name in file.Teachers.Keys) Within($"teachers '{name}'", () => CheckTeacher(file, name));
        if (file.Arms.Count == 0) throw new ArgumentException("arms is empty; there is nothing to compare.");
        foreach (var arm in file.Arms) Within($"arms '{arm.Name}'", () => CheckArm(file, arm));
        CheckNames(file);
    }

    private static void Within(string place, Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{place}: {e.Message}", e);
        }
    }

    private static void CheckBase(ExperimentFile file, string name, BaseModel model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        model.Validate();
        if (file.Routes is not null && model.Architecture is null) throw new ArgumentException("a checkpoint cannot walk the route world, whose words are its own; give architecture.");
        if (file.Benchmarks is not null && model.Checkpoint is null) throw new ArgumentException("a model that is trained from nothing here knows no language; benchmarks need a checkpoint.");
    }

    private static void CheckTeacher(ExperimentFile file, string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!Enum.IsDefined(file.Teachers[name].Training)) throw new ArgumentException("training is unknown.");
        List<string> chain = [name];
        for (var plan = file.Teachers[name]; ; plan = file.Teachers[plan.From])
        {
            if (chain.Contains(plan.From, StringComparer.Ordinal))
                throw new ArgumentException($"it is made of itself: {string.Join(" <- ", chain)} <- {plan.From}. One of them must come from a base.");
            RequireModel(file, plan.From, "from");
            if (file.Bases.ContainsKey(plan.From)) return;
            chain.Add(plan.From);
        }
    }

    private static void CheckArm(ExperimentFile file, ArmPlan arm)
    {
        arm.Validate();
        foreach (var student in arm.Students) RequireModel(file, student, "students");
        foreach (var teacher in arm.Teachers) RequireModel(file, teacher, "teachers");
    }

    private static void RequireModel(ExperimentFile file, string name, string key)
    {
        if (!file.Bases.ContainsKey(name) && !file.Teachers.ContainsKey(name))
            throw new ArgumentException($"{key} names '{name}', which is neither a base nor a teacher. There are: {string.Join(", ", file.Bases.Keys.Concat(file.Teachers.Keys))}.");
    }

    private static void CheckNames(ExperimentFile file)
    {
        var names = file.Bases.Keys.Concat(file.Teachers.Keys).Concat(Arm.Expand(file).Select(a => a.Name));
        if (names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"'{twice.Key}' names {twice.Count()} models; tables and files are keyed by name. Give each its own.");
    }
}
