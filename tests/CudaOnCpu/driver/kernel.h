// A kernel in machine code, its threads as fibers, and launches. What generated C sees of it (Thread) is written once more in
// ../Translator/Prelude.cs.
#pragma once
#include "memory.h"

struct Thread {
    uint32_t tid[3], ntid[3], ctaid[3], nctaid[3];
    char *shared, *params;
    uint64_t shared_bytes;
    void (*barrier)(Thread*, int line);
    void (*fault)(Thread*, int error, const char* what, uint64_t address, int line);
    // The driver's own from here on.
    void* stack;         // saved stack pointer
    void** scheduler;    // where the scheduler's is
    struct Launch* launch;
    int waiting;         // PTX line of the barrier, 0 while running
    bool done;
};

// Shared memory of a block: what any launch may have, and what one may have whose function was allowed to by cuFuncSetAttribute.
constexpr int SharedLimit = 49152, OptInSharedLimit = 232448;

struct Function {
    void (*body)(Thread*);
    const int (*params)[2];  // offset and bytes of each parameter; the last pair is the sum and -1
    int bytes, shared;
    int most_dynamic;  // bytes of shared memory that a launch may ask for
    std::string name;
    Context* context;
};

struct Launch {
    const Function& function;
    uint32_t grid[3], block[3];
    char* params;
    uint32_t dynamic;  // bytes of shared memory beyond the function's own
    std::atomic<int> failed{0};
};

namespace kernel {
// Runs all blocks; the error of the first fault, or 0. Faults are reported.
int run(Launch& launch);
}  // namespace kernel
