// A kernel in machine code, its threads as fibers, and launches. What generated C sees of it (Thread) is written once more in
// ../Translator/Prelude.cs.
#pragma once
#include "memory.h"

struct Thread {
    uint32_t tid[3], ntid[3], ctaid[3], nctaid[3];
    char *shared, *params;
    void (*barrier)(Thread*, int line);
    void (*fault)(Thread*, int error, const char* what, uint64_t address, int line);
    // The driver's own from here on.
    void* stack;         // saved stack pointer
    void** scheduler;    // where the scheduler's is
    struct Launch* launch;
    int waiting;         // PTX line of the barrier, 0 while running
    bool done;
};

struct Function {
    void (*body)(Thread*);
    const int (*params)[2];  // offset and bytes of each parameter; the last pair is the sum and -1
    int bytes, shared;
    std::string name;
    Context* context;
};

struct Launch {
    const Function& function;
    uint32_t grid[3], block[3];
    char* params;
    std::atomic<int> failed{0};
};

namespace kernel {
// Runs all blocks; the error of the first fault, or 0. Faults are reported.
int run(Launch& launch);
}  // namespace kernel
