namespace ParityGpu.PtxMachine;

/// <summary>Which instruction can follow which. The number of instructions stands for the end.</summary>
internal static class ControlFlow
{
    /// <summary>Instructions that may follow the one at <paramref name="at"/>.</summary>
    public static IEnumerable<int> Successors(IReadOnlyList<Instruction> instructions, int at)
    {
        var instruction = instructions[at];
        foreach (int target in instruction.Targets)
            yield return target;

        if (instruction.Flow == Flow.Exit)
            yield return instructions.Count;

        if (instruction.FallsThrough)
            yield return at + 1;
    }

    /// <summary>
    /// Notes at every jump the first instruction that all ways from it pass, its immediate post-dominator: lanes that part there run
    /// together again from that one on.
    /// </summary>
    public static void FindReconvergence(Instruction[] instructions)
    {
        int end = instructions.Length;
        int[][] successors = [.. Enumerable.Range(0, end).Select(at => Successors(instructions, at).Distinct().ToArray()), []];
        int[] order = FromTheEnd(successors);
        int[] rank = new int[end + 1];
        Array.Fill(rank, -1);
        for (int position = 0; position < order.Length; position++)
            rank[order[position]] = position;

        // Cooper, Harvey, Kennedy, A simple, fast dominance algorithm, on the graph with its edges turned round.
        int[] dominator = new int[end + 1];
        Array.Fill(dominator, -1);
        dominator[end] = end;
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (int at in order.Skip(1))
            {
                int common = -1;
                foreach (int next in successors[at].Where(next => rank[next] >= 0 && dominator[next] >= 0))
                    common = common < 0 ? next : Meet(common, next);

                changed |= dominator[at] != common;
                dominator[at] = common;
            }
        }

        for (int at = 0; at < end; at++)
            instructions[at].Reconvergence = dominator[at] < 0 ? end : dominator[at];

        int Meet(int a, int b)
        {
            while (a != b)
            {
                while (rank[a] > rank[b])
                    a = dominator[a];

                while (rank[b] > rank[a])
                    b = dominator[b];
            }

            return a;
        }
    }

    /// <summary>Instructions that reach the end, each behind at least one of those that may follow it.</summary>
    private static int[] FromTheEnd(int[][] successors)
    {
        var predecessors = Enumerable.Range(0, successors.Length).Select(_ => new List<int>()).ToArray();
        for (int at = 0; at < successors.Length; at++)
        {
            foreach (int next in successors[at])
                predecessors[next].Add(at);
        }

        var finished = new List<int>();
        var seen = new bool[successors.Length];
        var open = new Stack<(int At, int Done)>([(successors.Length - 1, 0)]);
        seen[^1] = true;
        while (open.TryPop(out var top))
        {
            if (top.Done == predecessors[top.At].Count)
            {
                finished.Add(top.At);
                continue;
            }

            open.Push((top.At, top.Done + 1));
            int before = predecessors[top.At][top.Done];
            if (!seen[before])
            {
                seen[before] = true;
                open.Push((before, 0));
            }
        }

        finished.Reverse();
        return [.. finished];
    }
}
