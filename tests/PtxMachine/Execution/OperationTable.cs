using System.Numerics;

namespace ParityGpu.PtxMachine;

/// <summary>The operations on registers that the machine knows, by their names in PTX.</summary>
internal static class OperationTable
{
    /// <summary>Of a contracted product and sum, beside fma.rn: a·b − c and c − a·b.</summary>
    public const string FusedSubtract = "contracted.sub.";
    public const string FusedNegatedAdd = "contracted.neg.";

    private static readonly Dictionary<string, Operation> Operations = Create();

    /// <summary>The operation of this name, or null.</summary>
    public static Operation? Find(string name) => Operations.GetValueOrDefault(name);

    private static Dictionary<string, Operation> Create()
    {
        var table = new Dictionary<string, Operation>();
        AddInteger<int>(table, "s32");
        AddInteger<uint>(table, "u32");
        AddInteger<long>(table, "s64");
        AddInteger<ulong>(table, "u64");
        AddFloat<float>(table, "f32");
        AddFloat<double>(table, "f64");
        AddBits<uint>(table, "b32");
        AddBits<ulong>(table, "b64");
        AddPredicates(table);
        AddConversions(table);
        table["mul.wide.s32"] = Lanewise.Binary<int, int, long, MultiplyWide<int, long>>();
        table["mul.wide.u32"] = Lanewise.Binary<uint, uint, ulong, MultiplyWide<uint, ulong>>();
        return table;
    }

    private static void AddInteger<T>(Dictionary<string, Operation> table, string type)
        where T : unmanaged, IBinaryInteger<T>
    {
        table[$"mov.{type}"] = Lanewise.Unary<T, T, Move<T>>();
        table[$"neg.{type}"] = Lanewise.Unary<T, T, Negate<T>>();
        table[$"add.{type}"] = Lanewise.Binary<T, T, T, Add<T>>();
        table[$"sub.{type}"] = Lanewise.Binary<T, T, T, Subtract<T>>();
        table[$"mul.lo.{type}"] = Lanewise.Binary<T, T, T, Multiply<T>>();
        table[$"div.{type}"] = Lanewise.Binary<T, T, T, Divide<T>>();
        table[$"rem.{type}"] = Lanewise.Binary<T, T, T, Remainder<T>>();
        table[$"min.{type}"] = Lanewise.Binary<T, T, T, Smaller<T>>();
        table[$"max.{type}"] = Lanewise.Binary<T, T, T, Larger<T>>();
        table[$"shr.{type}"] = Lanewise.Binary<T, uint, T, ShiftRight<T>>();
        table[$"mad.lo.{type}"] = Lanewise.Ternary<T, MultiplyAdd<T>>();
        table[$"selp.{type}"] = Lanewise.Select<T>();
        AddComparison<T, Equal<T>>(table, "eq", type);
        AddComparison<T, Different<T>>(table, "ne", type);
        AddComparison<T, Less<T>>(table, T.IsNegative(-T.One) ? "lt" : "lo", type);
        AddComparison<T, LessOrEqual<T>>(table, T.IsNegative(-T.One) ? "le" : "ls", type);
        AddComparison<T, Greater<T>>(table, T.IsNegative(-T.One) ? "gt" : "hi", type);
        AddComparison<T, GreaterOrEqual<T>>(table, T.IsNegative(-T.One) ? "ge" : "hs", type);
    }

    private static void AddFloat<T>(Dictionary<string, Operation> table, string type)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        table[$"mov.{type}"] = Lanewise.Unary<T, T, Move<T>>();
        table[$"neg.{type}"] = Lanewise.Unary<T, T, Negate<T>>();
        foreach (string rounding in new[] { "", "rn." })
        {
            table[$"add.{rounding}{type}"] = Lanewise.Binary<T, T, T, Add<T>>();
            table[$"sub.{rounding}{type}"] = Lanewise.Binary<T, T, T, Subtract<T>>();
            table[$"mul.{rounding}{type}"] = Lanewise.Binary<T, T, T, Multiply<T>>();
        }

        table[$"fma.rn.{type}"] = Lanewise.Ternary<T, FusedAdd<T>>();
        table[FusedSubtract + type] = Lanewise.Ternary<T, FusedSubtract<T>>();
        table[FusedNegatedAdd + type] = Lanewise.Ternary<T, FusedNegatedAdd<T>>();
        table[$"selp.{type}"] = Lanewise.Select<T>();
        AddComparison<T, Equal<T>>(table, "eq", type);
        AddComparison<T, Different<T>>(table, "ne", type);
        AddComparison<T, Less<T>>(table, "lt", type);
        AddComparison<T, LessOrEqual<T>>(table, "le", type);
        AddComparison<T, Greater<T>>(table, "gt", type);
        AddComparison<T, GreaterOrEqual<T>>(table, "ge", type);
        AddComparison<T, Contrary<T, Different<T>>>(table, "equ", type);
        AddComparison<T, Contrary<T, Equal<T>>>(table, "neu", type);
        AddComparison<T, Contrary<T, GreaterOrEqual<T>>>(table, "ltu", type);
        AddComparison<T, Contrary<T, Greater<T>>>(table, "leu", type);
        AddComparison<T, Contrary<T, LessOrEqual<T>>>(table, "gtu", type);
        AddComparison<T, Contrary<T, Less<T>>>(table, "geu", type);
    }

    private static void AddBits<T>(Dictionary<string, Operation> table, string type)
        where T : unmanaged, IBinaryInteger<T>
    {
        table[$"mov.{type}"] = Lanewise.Unary<T, T, Move<T>>();
        table[$"not.{type}"] = Lanewise.Unary<T, T, Not<T>>();
        table[$"popc.{type}"] = Lanewise.Unary<T, uint, CountOnes<T>>();
        table[$"and.{type}"] = Lanewise.Binary<T, T, T, And<T>>();
        table[$"or.{type}"] = Lanewise.Binary<T, T, T, Or<T>>();
        table[$"xor.{type}"] = Lanewise.Binary<T, T, T, Xor<T>>();
        table[$"shl.{type}"] = Lanewise.Binary<T, uint, T, ShiftLeft<T>>();
        table[$"shr.{type}"] = Lanewise.Binary<T, uint, T, ShiftRight<T>>();
        table[$"selp.{type}"] = Lanewise.Select<T>();
        AddComparison<T, Equal<T>>(table, "eq", type);
        AddComparison<T, Different<T>>(table, "ne", type);
    }

    private static void AddComparison<T, TComparison>(Dictionary<string, Operation> table, string name, string type)
        where T : unmanaged
        where TComparison : struct, IBinary<T, T, bool>
    {
        table[$"setp.{name}.{type}"] = Lanewise.Compare<T, TComparison>(null);
        table[$"setp.{name}.and.{type}"] = Lanewise.Compare<T, TComparison>((a, b) => a & b);
        table[$"setp.{name}.or.{type}"] = Lanewise.Compare<T, TComparison>((a, b) => a | b);
        table[$"setp.{name}.xor.{type}"] = Lanewise.Compare<T, TComparison>((a, b) => a ^ b);
    }

    private static void AddPredicates(Dictionary<string, Operation> table)
    {
        table["mov.pred"] = Lanewise.Logic(1, (a, _) => a);
        table["not.pred"] = Lanewise.Logic(1, (a, _) => ~a);
        table["and.pred"] = Lanewise.Logic(2, (a, b) => a & b);
        table["or.pred"] = Lanewise.Logic(2, (a, b) => a | b);
        table["xor.pred"] = Lanewise.Logic(2, (a, b) => a ^ b);
    }

    private static void AddConversions(Dictionary<string, Operation> table)
    {
        table["cvta.to.global.u64"] = Lanewise.Unary<ulong, ulong, Move<ulong>>();
        table["cvt.u8.u32"] = Lanewise.Unary<uint, uint, LowByte>();
        table["cvt.s64.s32"] = Lanewise.Unary<int, long, Convert<int, long>>();
        table["cvt.u64.u32"] = Lanewise.Unary<uint, ulong, Convert<uint, ulong>>();
        table["cvt.s32.s64"] = Lanewise.Unary<long, int, Convert<long, int>>();
        table["cvt.u32.u64"] = Lanewise.Unary<ulong, uint, Convert<ulong, uint>>();
        table["cvt.rn.f32.s32"] = Lanewise.Unary<int, float, Convert<int, float>>();
        table["cvt.rn.f64.s32"] = Lanewise.Unary<int, double, Convert<int, double>>();
        table["cvt.rzi.s32.f32"] = Lanewise.Unary<float, int, Truncate<float>>();
        table["cvt.rzi.s32.f64"] = Lanewise.Unary<double, int, Truncate<double>>();
        table["cvt.rn.f32.u32"] = Lanewise.Unary<uint, float, Convert<uint, float>>();
    }
}
