using System.Runtime.CompilerServices;

namespace ParityGpu.PtxMachine;

/// <summary>A function of one value.</summary>
internal interface IUnary<TA, TResult>
{
    static abstract TResult Of(TA a);
}

/// <summary>A function of two values.</summary>
internal interface IBinary<TA, TB, TResult>
{
    static abstract TResult Of(TA a, TB b);
}

/// <summary>A function of three values.</summary>
internal interface ITernary<T>
{
    static abstract T Of(T a, T b, T c);
}

/// <summary>Operations that do the same in every active lane. Struct parameters let the JIT write a loop for each.</summary>
internal static class Lanewise
{
    public static Operation Unary<TA, TResult, TFunction>()
        where TA : unmanaged
        where TResult : unmanaged
        where TFunction : struct, IUnary<TA, TResult> =>
        new(BankOf<TResult>(), [BankOf<TA>()], static (warp, instruction, active) =>
        {
            ref TResult result = ref warp.Lanes<TResult>(instruction.Results[0]);
            ref TA a = ref warp.Lanes<TA>(instruction.Sources[0]);
            for (int lane = 0; lane < Warp.Size; lane++)
            {
                if ((active >> lane & 1) != 0)
                    Unsafe.Add(ref result, lane) = TFunction.Of(Unsafe.Add(ref a, lane));
            }
        });

    public static Operation Binary<TA, TB, TResult, TFunction>()
        where TA : unmanaged
        where TB : unmanaged
        where TResult : unmanaged
        where TFunction : struct, IBinary<TA, TB, TResult> =>
        new(BankOf<TResult>(), [BankOf<TA>(), BankOf<TB>()], static (warp, instruction, active) =>
        {
            ref TResult result = ref warp.Lanes<TResult>(instruction.Results[0]);
            ref TA a = ref warp.Lanes<TA>(instruction.Sources[0]);
            ref TB b = ref warp.Lanes<TB>(instruction.Sources[1]);
            for (int lane = 0; lane < Warp.Size; lane++)
            {
                if ((active >> lane & 1) != 0)
                    Unsafe.Add(ref result, lane) = TFunction.Of(Unsafe.Add(ref a, lane), Unsafe.Add(ref b, lane));
            }
        });

    public static Operation Ternary<T, TFunction>()
        where T : unmanaged
        where TFunction : struct, ITernary<T> =>
        new(BankOf<T>(), [BankOf<T>(), BankOf<T>(), BankOf<T>()], static (warp, instruction, active) =>
        {
            ref T result = ref warp.Lanes<T>(instruction.Results[0]);
            ref T a = ref warp.Lanes<T>(instruction.Sources[0]);
            ref T b = ref warp.Lanes<T>(instruction.Sources[1]);
            ref T c = ref warp.Lanes<T>(instruction.Sources[2]);
            for (int lane = 0; lane < Warp.Size; lane++)
            {
                if ((active >> lane & 1) != 0)
                    Unsafe.Add(ref result, lane) = TFunction.Of(Unsafe.Add(ref a, lane), Unsafe.Add(ref b, lane), Unsafe.Add(ref c, lane));
            }
        });

    /// <summary>The first value where the third operand holds, else the second.</summary>
    public static Operation Select<T>()
        where T : unmanaged =>
        new(BankOf<T>(), [BankOf<T>(), BankOf<T>(), Bank.Predicate], static (warp, instruction, active) =>
        {
            ref T result = ref warp.Lanes<T>(instruction.Results[0]);
            ref T a = ref warp.Lanes<T>(instruction.Sources[0]);
            ref T b = ref warp.Lanes<T>(instruction.Sources[1]);
            uint chosen = warp.Predicate(instruction.Sources[2]);
            for (int lane = 0; lane < Warp.Size; lane++)
            {
                if ((active >> lane & 1) != 0)
                    Unsafe.Add(ref result, lane) = (chosen >> lane & 1) != 0 ? Unsafe.Add(ref a, lane) : Unsafe.Add(ref b, lane);
            }
        });

    /// <summary>A comparison, joined with a predicate where <paramref name="join"/> is given.</summary>
    public static Operation Compare<T, TFunction>(Func<uint, uint, uint>? join)
        where T : unmanaged
        where TFunction : struct, IBinary<T, T, bool>
    {
        Bank[] sources = [BankOf<T>(), BankOf<T>()];
        if (join is null)
            return new(Bank.Predicate, sources, static (warp, instruction, active) => warp.Set(instruction, Holds<T, TFunction>(warp, instruction), active));

        return new(Bank.Predicate, [.. sources, Bank.Predicate], (warp, instruction, active) =>
            warp.Set(instruction, join(Holds<T, TFunction>(warp, instruction), warp.Predicate(instruction.Sources[2])), active));
    }

    /// <summary>An operation on predicates.</summary>
    public static Operation Logic(int operands, Func<uint, uint, uint> function) =>
        new(Bank.Predicate, [.. Enumerable.Repeat(Bank.Predicate, operands)], (warp, instruction, active) =>
            warp.Set(instruction, function(warp.Predicate(instruction.Sources[0]), warp.Predicate(instruction.Sources[^1])), active));

    public static Bank BankOf<T>() => Unsafe.SizeOf<T>() == sizeof(ulong) ? Bank.Wide : Bank.Word;

    private static uint Holds<T, TFunction>(Warp warp, Instruction instruction)
        where T : unmanaged
        where TFunction : struct, IBinary<T, T, bool>
    {
        ref T a = ref warp.Lanes<T>(instruction.Sources[0]);
        ref T b = ref warp.Lanes<T>(instruction.Sources[1]);
        uint holds = 0;
        for (int lane = 0; lane < Warp.Size; lane++)
        {
            if (TFunction.Of(Unsafe.Add(ref a, lane), Unsafe.Add(ref b, lane)))
                holds |= 1u << lane;
        }

        return holds;
    }
}
