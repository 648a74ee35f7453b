namespace ParityGpu.PtxMachine;

/// <summary>Carries an instruction out in the active lanes of a warp.</summary>
internal delegate void Execution(Warp warp, Instruction instruction, uint active);

/// <summary>An operation on registers: the banks of its operands and what it does.</summary>
internal sealed record Operation(Bank Result, Bank[] Sources, Execution Execute);
