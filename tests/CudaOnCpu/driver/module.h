// PTX made into machine code: translated to C, compiled, and kept in a cache on disk.
#pragma once
#include <map>
#include <memory>

#include "kernel.h"

struct Module {
    void* code;  // of dlopen
    Context* context;
    std::map<std::string, std::unique_ptr<Function>> functions;
};

namespace modules {
// Fills in the module, or the log with what is wrong.
int load(Context* context, const std::string& ptx, Module** module, std::string& log);
int unload(Module* module);
int find(Module* module, const char* name, Function** function);
int live();
}  // namespace modules
