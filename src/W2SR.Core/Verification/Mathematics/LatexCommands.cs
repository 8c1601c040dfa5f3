using System.Collections.Frozen;

namespace W2SR.Core.Verification.Mathematics;

/// <summary>What LaTeX commands and plain words mean. Symbols that ASCII lacks are stood for by one character each.</summary>
internal static class LatexCommands
{
    /// <summary><c>\{</c>, <c>\}</c> and the row break, which ASCII has no other character for.</summary>
    public const char OpenSet = '⟦', CloseSet = '⟧', RowBreak = '⏎';

    public enum Role
    {
        Ignored,
        Text,
        Symbol,
        Letter,
        Function,
        Constant,
        Command,
        Decoration,
        Environment,
        And,
        Or,
        Blackboard,
        SkipArgument,
    }

    private static readonly Dictionary<string, (Role Role, string Text)> Table = Build();

    private static readonly Dictionary<string, (Role Role, string Text)>.AlternateLookup<ReadOnlySpan<char>> Commands = Table.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly FrozenDictionary<string, (Role Role, string Text)> PlainTable = BuildPlain();

    private static readonly FrozenDictionary<string, (Role Role, string Text)>.AlternateLookup<ReadOnlySpan<char>> Plain = PlainTable.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool TryCommand(ReadOnlySpan<char> name, out (Role Role, string Text) meaning) => Commands.TryGetValue(name, out meaning);

    public static bool TryPlain(ReadOnlySpan<char> word, out (Role Role, string Text) meaning) => Plain.TryGetValue(word, out meaning);

    private static Dictionary<string, (Role, string)> Build()
    {
        var table = new Dictionary<string, (Role, string)>(StringComparer.Ordinal);
        void All(Role role, string names, string? text = null)
        {
            foreach (var name in names.Split(' ')) table[name] = (role, text ?? name);
        }
        All(Role.Ignored, "left right big Big bigl bigr Bigl Bigr bigg Bigg biggl biggr Biggl Biggr bigm middle displaystyle textstyle scriptstyle limits quad qquad nonumber thinspace enspace angle measuredangle triangle boxed fbox bf rm it mathstrut strut ensuremath mathbf mathit mathsf mathtt mathcal mathfrak boldsymbol bm pmb underline bold hfill noindent large Large LARGE huge Huge small normalsize footnotesize textdollar checkmark blacksquare square Box qed ! , ; : > / ( ) [ ] $ &");
        All(Role.Text, "text mbox textbf textit textrm textnormal textsf texttt textsc hbox emph mathrm operatorname");
        All(Role.SkipArgument, "phantom hphantom vphantom hspace vspace label tag color textcolor");
        All(Role.Letter, "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar mho odot imath jmath nabla partial aleph star");
        foreach (var (variant, name) in (ReadOnlySpan<(string, string)>)[("varepsilon", "epsilon"), ("vartheta", "theta"), ("varphi", "phi"), ("varrho", "rho"), ("varsigma", "sigma")]) table[variant] = (Role.Letter, name);
        All(Role.Function, "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth sech csch ln log lg exp max min gcd lcm arg det Re Im deg");
        All(Role.Constant, "pi");
        All(Role.Constant, "infty", "∞");
        All(Role.Command, "frac dfrac tfrac cfrac sfrac nicefrac", "frac");
        All(Role.Command, "binom dbinom tbinom", "binom");
        All(Role.Command, "sqrt over choose sum prod");
        All(Role.Decoration, "overline bar dot dots");
        All(Role.Decoration, "overline bar", "overline");
        All(Role.Decoration, "dot", "overline");
        All(Role.Decoration, "vec overrightarrow hat widehat tilde widetilde mathring ddot overleftrightarrow overarc wideparen", "mark");
        All(Role.Environment, "begin end");
        foreach (var (names, symbol) in (ReadOnlySpan<(string, string)>)
        [
            ("cdot times ast bullet", "*"), ("div slash", "/"), ("pm", "±"), ("mp", "∓"), ("le leq leqslant leqq", "≤"), ("ge geq geqslant geqq", "≥"), ("lt", "<"), ("gt", ">"),
            ("ne neq", "≠"), ("in", "∈"), ("notin", "∉"), ("cup bigcup", "∪"), ("cap bigcap", "∩"), ("setminus smallsetminus backslash", "∖"), ("emptyset varnothing", "∅"),
            ("circ degree", "°"), ("ldots dots cdots dotsc dotsb", "…"), ("{ lbrace", "⟦"), ("} rbrace", "⟧"), ("lvert rvert vert", "|"), ("| lVert rVert Vert", "‖"), ("mid", "∣"),
            ("langle", "⟨"), ("rangle", "⟩"), ("lfloor", "⌊"), ("rfloor", "⌋"), ("lceil", "⌈"), ("rceil", "⌉"), ("lbrack", "["), ("rbrack", "]"), ("colon", ":"), ("prime", "'"), ("%", "%"),
            ("approx simeq", "≈"), ("equiv", "≡"), ("\\ cr newline", "⏎"), ("to rightarrow Rightarrow implies", "→"), ("#", "#"), ("_", "_"), ("iff", "⇔"),
        ])
            All(Role.Symbol, names, symbol);
        All(Role.And, "land wedge");
        All(Role.Or, "lor vee");
        All(Role.Blackboard, "mathbb Bbb");
        return table;
    }

    private static FrozenDictionary<string, (Role, string)> BuildPlain()
    {
        var table = new Dictionary<string, (Role, string)>(StringComparer.Ordinal);
        foreach (var name in "sin cos tan cot sec csc arcsin arccos arctan asin acos atan sinh cosh tanh ln log exp cis gcd lcm max min".Split(' '))
            table[name] = (Role.Function, name.Length == 4 && name[0] == 'a' ? "arc" + name[1..] : name);
        foreach (var name in "alpha beta gamma delta theta lambda sigma omega phi psi mu rho tau".Split(' ')) table[name] = (Role.Letter, name);
        table["sqrt"] = (Role.Command, "sqrt");
        table["cbrt"] = (Role.Command, "cbrt");
        table["abs"] = (Role.Command, "abs");
        table["binomial"] = (Role.Command, "binomial");
        table["pi"] = table["Pi"] = (Role.Constant, "pi");
        foreach (var name in (ReadOnlySpan<string>)["infinity", "Infinity", "infty", "oo"]) table[name] = (Role.Constant, "∞");
        foreach (var name in (ReadOnlySpan<string>)["and", "AND", "And"]) table[name] = (Role.And, "and");
        foreach (var name in (ReadOnlySpan<string>)["or", "OR", "Or"]) table[name] = (Role.Or, "or");
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
