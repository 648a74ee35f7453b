#include "kernel.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

extern "C" void cuda_on_cpu_switch(void** from, void* to);
asm(R"(
.globl cuda_on_cpu_switch
.hidden cuda_on_cpu_switch
cuda_on_cpu_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
)");

namespace {
constexpr size_t Stack = 128 << 10;

thread_local Thread* running;          // the fiber on this thread, for the signal handler
thread_local uint64_t fault_address;
struct sigaction previous[2];          // the handlers of SIGSEGV and SIGBUS before ours

[[noreturn]] void leave(Thread* t) {
    void* unused;
    cuda_on_cpu_switch(&unused, *t->scheduler);
    abort();
}

void enter() {
    Thread* t = running;
    t->launch->function.body(t);
    t->done = true;
    leave(t);
}

void barrier(Thread* t, int line) {
    t->waiting = line;
    cuda_on_cpu_switch(&t->stack, *t->scheduler);
}

void fail(Thread* t, int error, const std::string& what) {
    int none = 0;
    if (!t->launch->failed.compare_exchange_strong(none, error)) return;
    report::found("%s: %s; block (%u, %u, %u), thread (%u, %u, %u)", t->launch->function.name.c_str(), what.c_str(), t->ctaid[0], t->ctaid[1],
                  t->ctaid[2], t->tid[0], t->tid[1], t->tid[2]);
}

void fault(Thread* t, int error, const char* what, uint64_t address, int line) {
    fail(t, error, report::format("%s at %#lx, PTX line %d", what, static_cast<unsigned long>(address), line));
    leave(t);
}

// Where a fiber goes on after an access that the memory does not allow.
void stray() {
    Thread* t = running;
    fail(t, IllegalAddress, report::format("illegal address %#lx, %s", static_cast<unsigned long>(fault_address), memory::describe(fault_address).c_str()));
    leave(t);
}

void on_signal(int number, siginfo_t* info, void* context) {
    if (running) {
        auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
        fault_address = reinterpret_cast<uint64_t>(info->si_addr);
        registers[REG_RSP] = ((registers[REG_RSP] - 256) & ~15LL) - 8;  // below the red zone, as after a call
        registers[REG_RIP] = reinterpret_cast<greg_t>(&stray);
        return;
    }
    struct sigaction& before = previous[number == SIGBUS];
    if (before.sa_flags & SA_SIGINFO) before.sa_sigaction(number, info, context);
    else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) before.sa_handler(number);
    else sigaction(number, &before, nullptr);  // the access is tried again and ends the process
}

void watch_memory() {
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action = {};
        action.sa_sigaction = on_signal;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigaction(SIGSEGV, &action, &previous[0]);
        sigaction(SIGBUS, &action, &previous[1]);
    });
}

// Stacks and shared memory of one of the driver's threads.
struct Workplace {
    char* stacks;
    size_t bytes;
    std::vector<char> shared;

    explicit Workplace(const Launch& launch)
        : bytes(size_t(launch.block[0]) * launch.block[1] * launch.block[2] * Stack), shared(launch.function.shared + launch.dynamic + 64) {
        stacks = static_cast<char*>(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
        if (stacks == MAP_FAILED) abort();
    }
    ~Workplace() { munmap(stacks, bytes); }
    char* aligned_shared() { return reinterpret_cast<char*>((reinterpret_cast<uintptr_t>(shared.data()) + 31) / 32 * 32); }
};

void prepare(Thread& t, char* stack_end) {
    auto** top = reinterpret_cast<void**>(stack_end - 64);
    *--top = nullptr;  // the stack's alignment at entry
    *--top = reinterpret_cast<void*>(enter);
    for (int saved = 0; saved < 6; saved++) *--top = nullptr;
    t.stack = top;
}

void run_block(Launch& launch, uint64_t index, Workplace& place) {
    uint32_t size = launch.block[0] * launch.block[1] * launch.block[2];
    std::vector<Thread> all(size);
    void* scheduler = nullptr;
    char* shared = place.aligned_shared();
    memset(shared, static_cast<int>(settings::number("FILL", 205)), launch.function.shared + launch.dynamic);
    for (uint32_t i = 0; i < size; i++) {
        Thread& t = all[i];
        t = {};
        uint32_t thread = i;
        uint64_t block = index;
        for (int axis = 0; axis < 3; axis++) {
            t.tid[axis] = thread % launch.block[axis];
            thread /= launch.block[axis];
            t.ctaid[axis] = static_cast<uint32_t>(block % launch.grid[axis]);
            block /= launch.grid[axis];
            t.ntid[axis] = launch.block[axis];
            t.nctaid[axis] = launch.grid[axis];
        }
        t.shared = shared;
        t.shared_bytes = launch.function.shared + launch.dynamic;
        t.params = launch.params;
        t.barrier = barrier;
        t.fault = fault;
        t.scheduler = &scheduler;
        t.launch = &launch;
        prepare(t, place.stacks + (i + 1) * Stack);
    }

    long order = settings::number("ORDER", 0);  // between barriers: 0 ascending, 1 descending, else shuffled
    std::vector<uint32_t> turn(size);
    for (uint32_t i = 0; i < size; i++) turn[i] = order == 1 ? size - 1 - i : i;
    std::minstd_rand random(static_cast<unsigned>(order + index));
    for (uint32_t done = 0; done < size;) {
        int line = 0;
        if (order > 1) std::shuffle(turn.begin(), turn.end(), random);
        done = 0;
        Thread* waiting = nullptr;
        for (uint32_t i : turn) {
            Thread& t = all[i];
            if (!t.done) {
                t.waiting = 0;
                running = &t;
                cuda_on_cpu_switch(&scheduler, t.stack);
                running = nullptr;
                if (launch.failed) return;
            }
            if (t.done) {
                done++;
                continue;
            }
            if (line && line != t.waiting) return fail(&t, LaunchFailed, report::format("threads wait at different barriers, PTX lines %d and %d", line, t.waiting));
            line = t.waiting;
            waiting = &t;
        }
        if (waiting && done) return fail(waiting, LaunchFailed, report::format("some threads ended while others wait at a barrier, PTX line %d", line));
    }
}
}  // namespace

namespace kernel {
int run(Launch& launch) {
    watch_memory();
    uint64_t blocks = uint64_t(launch.grid[0]) * launch.grid[1] * launch.grid[2];
    std::atomic<uint64_t> next{0};
    auto work = [&] {
        Workplace place(launch);
        for (uint64_t block; !launch.failed && (block = next++) < blocks;) run_block(launch, block, place);
    };
    long workers = settings::number("THREADS", 1);
    if (workers > 1) {
        std::vector<std::thread> threads;
        for (long i = 0; i < workers; i++) threads.emplace_back(work);
        for (auto& thread : threads) thread.join();
    } else {
        work();
    }
    return launch.failed;
}
}  // namespace kernel
