// Contexts, the errors that stay in them, and errors on demand.
#pragma once
#include <atomic>

#include "report.h"

enum Error {
    Success = 0,
    InvalidValue = 1,
    OutOfMemory = 2,
    InvalidDevice = 101,
    InvalidContext = 201,
    EccUncorrectable = 214,
    PeerAccessUnsupported = 217,
    InvalidPtx = 218,
    UnsupportedPtxVersion = 222,
    SharedObjectInitFailed = 303,
    OperatingSystem = 304,
    InvalidHandle = 400,
    NotFound = 500,
    IllegalAddress = 700,
    PeerAccessNotEnabled = 705,
    MisalignedAddress = 716,
    LaunchFailed = 719,
};

struct Context {
    int device;
    bool alive = true;
    std::atomic<int> failed{0};  // once set every later call returns it
};

namespace contexts {
Context* create(int device);
void destroy(Context* context);
Context* current();
bool make_current(Context* context);
int alive();
// Traces a call; the error that CUDA_ON_CPU_FAIL names for it, or 0.
int entered(const char* function);
// The same, and no current context and its lasting error.
int entered_context(const char* function);
}  // namespace contexts

#define API EXPORT int
#define ENTER(name) \
    if (int error_ = contexts::entered(#name)) return error_
#define ENTER_CONTEXT(name) \
    if (int error_ = contexts::entered_context(#name)) return error_
