using ParityGpu.Banks;
using ParityGpu.Kernels;
using ParityGpu.RandomSpecs;
using ParityGpu.Runs;

namespace ParityGpu.Tests.Verification;

/// <summary>A device that counts one held-out error too many or too few at the end of the runs of some shapes.</summary>
internal sealed class FaultyDevice(IRunDevice device, Func<BankShape, bool> isWrong) : DelegatingDevice(device)
{
    public override IRunBank? CreateBank(BankShape shape, long runs)
    {
        IRunBank? bank = base.CreateBank(shape, runs);
        return bank is not null && isWrong(shape) ? new Bank(bank) : bank;
    }

    private sealed class Bank(IRunBank bank) : DelegatingBank(bank)
    {
        private RunState[] states = [];

        public override ReadOnlySpan<RunState> States => states;

        public override TimeSpan Finish()
        {
            TimeSpan elapsed = base.Finish();
            states = base.States.ToArray();
            for (int slot = 0; slot < states.Length; slot++)
                states[slot].HeldOutErrors ^= 1;

            return elapsed;
        }
    }
}
