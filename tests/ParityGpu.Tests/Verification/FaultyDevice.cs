using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.Runs;
using ParityGpu.Scheduling;
using ParityGpu.Specs;

namespace ParityGpu.Tests.Verification;

/// <summary>A device that counts one held-out error too many or too few at the end of the runs of some shapes.</summary>
internal sealed class FaultyDevice(IRunDevice device, Func<BankShape, bool> isWrong) : IRunDevice
{
    public string Name => device.Name;

    public bool FinishedRunsIdle => device.FinishedRunsIdle;

    public int RunsAtOnce(BankShape shape) => device.RunsAtOnce(shape);

    public IRunBank? CreateBank(BankShape shape, long runs)
    {
        IRunBank? bank = device.CreateBank(shape, runs);
        return bank is not null && isWrong(shape) ? new Bank(bank) : bank;
    }

    private sealed class Bank(IRunBank bank) : IRunBank
    {
        private RunState[] states = [];

        public int Slots => bank.Slots;

        public ReadOnlySpan<RunState> States => states;

        public void Load(int slot, Point point, long seed) => bank.Load(slot, point, seed);

        public void Load(int slot, Point point, RunSnapshot snapshot) => bank.Load(slot, point, snapshot);

        public (float[] Floats, uint[] Data, RunState State) Save(int slot) => bank.Save(slot);

        public void StopAt(int slot, long steps) => bank.StopAt(slot, steps);

        public void Clear(int slot) => bank.Clear(slot);

        public void Begin(int steps) => bank.Begin(steps);

        public TimeSpan Finish()
        {
            TimeSpan elapsed = bank.Finish();
            states = bank.States.ToArray();
            for (int slot = 0; slot < states.Length; slot++)
                states[slot].HeldOutErrors ^= 1;

            return elapsed;
        }

        public RunMeasure[] Measure(int[] wanted) => bank.Measure(wanted);

        public void Dispose() => bank.Dispose();
    }
}
