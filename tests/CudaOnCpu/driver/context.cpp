#include "context.h"

#include <cstdlib>
#include <map>
#include <mutex>
#include <set>
#include <sstream>

namespace {
std::mutex guard;
std::set<Context*>& all() {
    static auto& contexts = *new std::set<Context*>;  // never freed, so that a stale handle is recognised
    return contexts;
}
std::map<std::string, int>& calls() {
    static auto& counts = *new std::map<std::string, int>;
    return counts;
}
thread_local Context* current_context;

// Errors after which CUDA's contexts are of no more use.
bool stays(int error) { return error == EccUncorrectable || (error >= IllegalAddress && error <= LaunchFailed && error != 704 && error != 705); }

// CUDA_ON_CPU_FAIL: function:error, or function:error@n from the n-th call on; several with commas. Calls count from when it was set.
int wanted(const std::string& function) {
    static auto& counted = *new std::string;
    std::string list = settings::text("FAIL", "");
    int call;
    {
        std::lock_guard<std::mutex> hold(guard);
        if (list != counted) calls().clear();
        counted = list;
        call = ++calls()[function];
    }
    std::stringstream items(list);
    for (std::string item; std::getline(items, item, ',');) {
        size_t colon = item.find(':'), at = item.find('@');
        if (item.substr(0, colon) != function || colon == std::string::npos) continue;
        int first = at == std::string::npos ? 1 : atoi(item.c_str() + at + 1);
        if (call >= first) return atoi(item.c_str() + colon + 1);
    }
    return 0;
}
}  // namespace

namespace contexts {
Context* create(int device) {
    std::lock_guard<std::mutex> hold(guard);
    auto* context = new Context{device};
    all().insert(context);
    return current_context = context;
}

void destroy(Context* context) {
    context->alive = false;
    if (current_context == context) current_context = nullptr;
}

Context* current() { return current_context && current_context->alive ? current_context : nullptr; }

bool make_current(Context* context) {
    std::lock_guard<std::mutex> hold(guard);
    if (context && (!all().count(context) || !context->alive)) return false;
    current_context = context;
    return true;
}

int alive() {
    std::lock_guard<std::mutex> hold(guard);
    int count = 0;
    for (Context* context : all()) count += context->alive;
    return count;
}

int entered(const char* function) {
    report::trace("%s", function);
    int error = wanted(function);
    Context* context = current();
    if (context && stays(error)) context->failed = error;
    return error;
}

int entered_context(const char* function) {
    if (int error = entered(function)) return error;
    Context* context = current();
    if (!context) {
        report::found("%s: no context is current on this thread", function);
        return InvalidContext;
    }
    return context->failed;
}
}  // namespace contexts
