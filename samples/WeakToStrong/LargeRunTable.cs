using System.Globalization;
using Spectre.Console;
using W2SR.Core.Experiments.Planning;

namespace W2SR.Samples.Experiments;

/// <summary>A run on machines that are not here.</summary>
internal static class LargeRunTable
{
    public static void Show(LargeRunFile file)
    {
        var plan = LargeRunPlan.Of(file);
        AnsiConsole.WriteLine(Say($"{file.Name}: student of {plan.StudentParameters / 1e9:F2} billion parameters, teacher of {plan.TeacherParameters / 1e9:F2} billion"));
        var parts = ResultTables.Create("What it takes", ["part", "route", "tokens", "FLOP", .. file.Clusters.Select(c => Markup.Escape(c.Name) + ", device hours")]);
        foreach (var part in plan.Parts)
            parts.AddRow([part.Name, part.Route, Say($"{part.Tokens:N0}"), Say($"{part.Flops:E2}"), .. part.DeviceHours.Select(h => Say($"{h:N1}"))]);
        AnsiConsole.Write(parts);

        var routes = ResultTables.Create("Routes", "route", "machines", "hours", "device hours", "price", "times W2SR");
        for (var c = 0; c < file.Clusters.Count; c++)
            foreach (var route in (string[])["W2SR", "GRPO"])
            {
                var (cluster, hours) = (file.Clusters[c], plan.DeviceHours(route, c));
                routes.AddRow(route, Markup.Escape(cluster.Name), Say($"{hours / cluster.Count:N1}"), Say($"{hours:N1}"), cluster.PricePerHour is { } price ? Say($"{hours * price:N0}") : "-",
                    Say($"{hours / plan.DeviceHours("W2SR", c):N1}"));
            }
        AnsiConsole.Write(routes);

        var memory = ResultTables.Create("Memory of the student's training, GB on each device", "machines", "strategy", "weights", "gradients", "optimizer", "activations", "logits", "in all", "fits");
        foreach (var m in plan.Memory)
            memory.AddRow(Markup.Escape(m.Cluster.Name), m.Strategy.ToString(), G(m.Memory.Weights), G(m.Memory.Gradients), G(m.Memory.OptimizerState), G(m.Memory.Activations), G(m.Memory.Logits), G(m.Memory.Total), m.Fits ? "yes" : "no");
        AnsiConsole.Write(memory);

        foreach (var assumption in plan.Assumptions) AnsiConsole.WriteLine("Assumed: " + assumption);
        foreach (var published in file.Published)
            AnsiConsole.WriteLine(Say($"Published for {published.Route}: {published.DeviceHours:N0} device hours ({published.Source}); the plan says {plan.DeviceHours(published.Route, 0):N0} on {file.Clusters[0].Name}, {plan.DeviceHours(published.Route, 0) / published.DeviceHours:N2} of it."));
    }

    private static string G(double bytes) => Say($"{bytes / 1e9:N1}");

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
