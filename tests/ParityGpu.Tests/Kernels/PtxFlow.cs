using System.Text.RegularExpressions;

namespace ParityGpu.Tests.Kernels;

/// <summary>
/// Where the results of fused multiply-adds go in a kernel's PTX. ILGPU uses a register for one value after another, so what a
/// register holds is followed along the branches.
/// </summary>
internal sealed partial class PtxFlow
{
    private readonly List<Instruction> instructions = [];
    private readonly Dictionary<string, int> labels = [];

    /// <summary>First instructions of the kernel and of its functions.</summary>
    private readonly List<int> entries = [];

    private PtxFlow()
    {
    }

    /// <summary>Registers that hold such a result somewhere.</summary>
    public IEnumerable<string> FusedResults => instructions.Where(i => i.IsFused).Select(i => i.Registers[0]);

    public static PtxFlow Of(string ptx)
    {
        var flow = new PtxFlow();
        foreach (string line in ptx.Split('\n'))
        {
            if (line.StartsWith(".visible", StringComparison.Ordinal))
                flow.entries.Add(flow.instructions.Count);
            else if (Label().Match(line) is { Success: true } label)
                flow.labels[label.Groups["name"].Value] = flow.instructions.Count;
            else if (Operation().Match(line) is { Success: true } operation)
                flow.instructions.Add(Instruction.Of(operation));
        }

        return flow;
    }

    /// <summary>
    /// Branches that CUDA is told all threads of a warp take alike, though they depend on a fused multiply-add's result.
    /// </summary>
    public IEnumerable<string> UniformBranchesOnFusedResults()
    {
        // Per instruction, the registers that depend on a fused result before it; null where no path has come by yet.
        var before = new HashSet<string>?[instructions.Count + 1];
        foreach (int entry in entries)
            before[entry] = [];

        var changed = new Queue<int>(entries);
        while (changed.TryDequeue(out int at))
        {
            if (at == instructions.Count)
                continue;

            var after = instructions[at].After(before[at]!);
            foreach (int next in Successors(at))
            {
                int known = before[next]?.Count ?? -1;
                before[next] ??= [];
                before[next]!.UnionWith(after);
                if (before[next]!.Count > known)
                    changed.Enqueue(next);
            }
        }

        return Enumerable.Range(0, instructions.Count)
            .Where(at => instructions[at].Name == "bra.uni" && before[at]?.Contains(instructions[at].Guard) == true)
            .Select(at => instructions[at].Text);
    }

    private IEnumerable<int> Successors(int at)
    {
        var instruction = instructions[at];
        bool isBranch = instruction.Name.StartsWith("bra", StringComparison.Ordinal);
        if (isBranch)
            yield return labels[instruction.Operands.Trim()];

        if (instruction.Name != "ret" && (!isBranch || instruction.Guard.Length > 0))
            yield return at + 1;
    }

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z_]\w*):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s*(?:@!?(?<guard>%p\d+)\s+)?(?<name>[a-z][\w.]*)(?:\s+(?<operands>[^;]*))?;")]
    private static partial Regex Operation();

    [GeneratedRegex(@"%[a-z]+\d+")]
    private static partial Regex Register();

    private sealed record Instruction(string Text, string Guard, string Name, string Operands, string[] Registers)
    {
        public bool IsFused => Name == "fma.rn.f32";

        /// <summary>Registers that an instruction reads and writes; the first ones, as many as this, are written.</summary>
        private int Written =>
            Name.StartsWith("st.", StringComparison.Ordinal) || Name.StartsWith("bra", StringComparison.Ordinal) || Registers.Length == 0
                ? 0
                : Operands.StartsWith('{') ? Register().Count(Operands[..Operands.IndexOf('}')]) : 1;

        public static Instruction Of(Match match)
        {
            string operands = match.Groups["operands"].Value;
            return new Instruction(
                match.Value,
                match.Groups["guard"].Value,
                match.Groups["name"].Value,
                operands,
                [.. Register().Matches(operands).Select(register => register.Value)]);
        }

        public HashSet<string> After(HashSet<string> before)
        {
            bool depends = IsFused || Registers.Skip(Written).Any(before.Contains);
            var after = new HashSet<string>(before);
            foreach (string register in Registers.Take(Written))
            {
                if (depends)
                    after.Add(register);
                else if (Guard.Length == 0)
                    after.Remove(register);
            }

            return after;
        }
    }
}
