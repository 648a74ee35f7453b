// Modules, functions, occupancy and launches.
#include <cstring>
#include <vector>

#include "module.h"

namespace {
enum JitOption { ErrorLogBuffer = 5, ErrorLogBufferSize = 6 };
constexpr int ThreadLimit = 1024;

int load(Module** module, const char* ptx, std::string& log) {
    int error = modules::load(contexts::current(), ptx, module, log);
    if (error) report::found("module not loaded (%d): %s", error, log.c_str());
    return error;
}

// ILGPU passes all parameters in one buffer (extra), others an array of pointers.
int copy_parameters(const Function& f, void** params, void** extra, char* buffer) {
    if (params) {
        for (int i = 0; f.params[i][1] >= 0; i++) {
            if (!params[i]) {
                report::found("%s: parameter %d is missing", f.name.c_str(), i);
                return InvalidValue;
            }
            memcpy(buffer + f.params[i][0], params[i], f.params[i][1]);
        }
        return Success;
    }
    const void* from = nullptr;
    size_t bytes = 0;
    for (int i = 0; extra && extra[i]; i += 2) {
        constexpr uintptr_t BufferPointer = 1, BufferSize = 2;
        if (reinterpret_cast<uintptr_t>(extra[i]) == BufferPointer) from = extra[i + 1];
        else if (reinterpret_cast<uintptr_t>(extra[i]) == BufferSize) bytes = *static_cast<size_t*>(extra[i + 1]);
    }
    if (bytes < static_cast<size_t>(f.bytes) || (f.bytes && !from)) {
        report::found("%s: %zu bytes of parameters, the kernel has %d", f.name.c_str(), bytes, f.bytes);
        return InvalidValue;
    }
    if (f.bytes) memcpy(buffer, from, f.bytes);
    return Success;
}

// Parameters are searched, since an access itself cannot be told from one by the pointer's own context.
bool has_foreign_pointer(const Function& f, const char* buffer) {
    for (int at = 0; at + 8 <= f.bytes; at += 8) {
        uint64_t word;
        memcpy(&word, buffer + at, sizeof word);
        if (!memory::is_foreign(contexts::current(), word)) continue;
        report::found("%s: a parameter points into another context's memory (%#lx), at byte %d", f.name.c_str(), static_cast<unsigned long>(word), at);
        return true;
    }
    return false;
}

void dump(const Function& f, const char* buffer, const char* when) {
    if (!settings::number("DUMP", 0)) return;
    for (int i = 0; f.params[i][1] >= 0; i++) {
        constexpr int ViewBytes = 16;
        if (f.params[i][1] != ViewBytes) continue;
        uint32_t* words;
        int64_t length;
        memcpy(&words, buffer + f.params[i][0], sizeof words);
        memcpy(&length, buffer + f.params[i][0] + 8, sizeof length);
        if (!memory::is_device(words)) continue;
        std::string text = report::format("%s %s, parameter %d, %p, length %ld:", f.name.c_str(), when, i, static_cast<void*>(words), static_cast<long>(length));
        for (int64_t j = 0; j < 24 && j < length && memory::is_device(words + j); j++) text += report::format(" %08x", words[j]);
        fprintf(stderr, "cuda-on-cpu: %s\n", text.c_str());
    }
}
}  // namespace

API cuModuleLoadData(Module** module, const char* ptx) {
    ENTER_CONTEXT(cuModuleLoadData);
    std::string log;
    return load(module, ptx, log);
}
API cuModuleLoadDataEx(Module** module, const char* ptx, unsigned count, const int* options, void** values) {
    std::string log;
    int error = contexts::entered_context("cuModuleLoadDataEx");
    if (error) log = "an error asked for by CUDA_ON_CPU_FAIL, or that of an earlier call";
    else error = load(module, ptx, log);
    char* buffer = nullptr;
    size_t size = 0;
    void** length = nullptr;
    for (unsigned i = 0; i < count; i++) {
        if (options[i] == ErrorLogBuffer) buffer = static_cast<char*>(values[i]);
        if (options[i] == ErrorLogBufferSize) size = static_cast<uint32_t>(reinterpret_cast<uintptr_t>(*(length = &values[i])));
    }
    if (!buffer || size == 0) return error;
    size_t kept = log.size() < size ? log.size() : size - 1;
    memcpy(buffer, log.data(), kept);
    buffer[kept] = 0;
    *length = reinterpret_cast<void*>(kept);
    return error;
}
API cuModuleUnload(Module* module) {
    ENTER(cuModuleUnload);
    return modules::unload(module);
}
API cuModuleGetFunction(Function** function, Module* module, const char* name) {
    ENTER_CONTEXT(cuModuleGetFunction);
    return modules::find(module, name, function);
}

API cuLaunchKernel(Function* function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned dynamic, void*,
                   void** params, void** extra) {
    ENTER_CONTEXT(cuLaunchKernel);
    const Function& f = *function;
    report::trace("launch %s, grid %u %u %u, block %u %u %u, %d bytes of shared memory", f.name.c_str(), gx, gy, gz, bx, by, bz, f.shared + dynamic);
    if (f.context != contexts::current()) {
        report::found("%s: a function of another context", f.name.c_str());
        return InvalidHandle;
    }
    if (!gx || !gy || !gz || !bx || !by || !bz || uint64_t(bx) * by * bz > ThreadLimit || dynamic > uint64_t(f.most_dynamic) || gy > 65535 || gz > 65535) {
        report::found("%s: grid %u %u %u, block %u %u %u, shared memory %u is not a launch", f.name.c_str(), gx, gy, gz, bx, by, bz, f.shared + dynamic);
        return InvalidValue;
    }
    std::vector<uint64_t> room(f.bytes / 8 + 2);
    auto* buffer = reinterpret_cast<char*>(room.data());
    if (int error = copy_parameters(f, params, extra, buffer)) return error;

    // From here on what fails is seen by later calls only.
    Context* context = contexts::current();
    if (has_foreign_pointer(f, buffer)) {
        context->failed = IllegalAddress;
        return Success;
    }
    Launch launch{f, {gx, gy, gz}, {bx, by, bz}, buffer, dynamic};
    dump(f, buffer, "before");
    int error = kernel::run(launch);
    if (!error && memory::has_overrun(context)) error = IllegalAddress;
    if (error) context->failed = error;
    dump(f, buffer, "after");
    return Success;
}
API cuFuncSetAttribute(Function* function, int attribute, int value) {
    ENTER_CONTEXT(cuFuncSetAttribute);
    constexpr int MaxDynamicSharedBytes = 8;
    if (attribute != MaxDynamicSharedBytes || value < 0 || value > OptInSharedLimit - function->shared) return InvalidValue;
    function->most_dynamic = value;
    return Success;
}
API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, Function*, int threads, size_t) {
    ENTER_CONTEXT(cuOccupancyMaxActiveBlocksPerMultiprocessor);
    *blocks = threads > 0 && threads < 512 ? 512 / threads : 1;
    return Success;
}
API cuOccupancyMaxPotentialBlockSize(int* grid, int* block, Function*, void*, size_t, int limit) {
    ENTER_CONTEXT(cuOccupancyMaxPotentialBlockSize);
    *grid = 4;
    *block = limit > 0 && limit < 256 ? limit : 256;
    return Success;
}
