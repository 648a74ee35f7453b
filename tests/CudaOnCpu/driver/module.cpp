#include "module.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <mutex>
#include <set>
#include <sstream>
#include <vector>

extern char** environ;

namespace {
std::mutex guard;
std::set<Module*>& loaded() {
    static auto& all = *new std::set<Module*>;
    return all;
}

std::string own_folder() {
    Dl_info info;
    dladdr(reinterpret_cast<void*>(&own_folder), &info);
    std::string path = info.dli_fname;
    size_t slash = path.rfind('/');
    return slash == std::string::npos ? "." : path.substr(0, slash);
}

std::string translator() { return settings::text("TRANSLATOR", own_folder() + "/PtxToC.dll"); }

// The folder of compiled kernels, made if need be; false if what is in it could be another user's.
bool find_cache(std::string& folder, std::string& log) {
    const char* temporary = getenv("TMPDIR");
    folder = settings::text("CACHE", (temporary && *temporary ? temporary : "/tmp") + ("/cuda-on-cpu-" + std::to_string(geteuid())));
    for (size_t slash = folder.find('/', 1);; slash = folder.find('/', slash + 1)) {
        mkdir(folder.substr(0, slash).c_str(), 0700);  // an error shows below
        if (slash == std::string::npos) break;
    }
    struct stat found;
    if (stat(folder.c_str(), &found) != 0) log = "cache folder " + folder + ": " + strerror(errno);
    else if (!S_ISDIR(found.st_mode) || found.st_uid != geteuid() || (found.st_mode & 022)) log = "cache folder " + folder + ": other users can write to it";
    else return true;
    return false;
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

// 128 bits of FNV-1a, in hexadecimal digits.
std::string hash(const std::string& text) {
    unsigned __int128 state = (static_cast<unsigned __int128>(0x6c62272e07bb0142ULL) << 64) | 0x62b821756295c58dULL;
    const unsigned __int128 prime = (static_cast<unsigned __int128>(1) << 88) | 0x13b;
    for (unsigned char byte : text) state = (state ^ byte) * prime;
    return report::format("%016lx%016lx", static_cast<unsigned long>(state >> 64), static_cast<unsigned long>(state));
}

// Runs a program with its output in a file; without LD_LIBRARY_PATH, which leads to this library.
bool run(const std::vector<std::string>& words, const std::string& output) {
    std::vector<char*> arguments, variables;
    for (auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    for (char** variable = environ; *variable; variable++)
        if (strncmp(*variable, "LD_LIBRARY_PATH=", 16) != 0) variables.push_back(*variable);
    variables.push_back(nullptr);
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 1, output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    pid_t child;
    int error = posix_spawnp(&child, arguments[0], &files, nullptr, arguments.data(), variables.data());
    posix_spawn_file_actions_destroy(&files);
    if (error) {
        std::ofstream(output) << arguments[0] << ": " << strerror(error) << "\n";
        return false;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// What a driver of that version and a device of that capability do not take, in words.
int rejected(const std::string& ptx, std::string& log) {
    int major = 0, minor = 0, target = 0;
    size_t version = ptx.find(".version"), architecture = ptx.find(".target sm_");
    if (version == std::string::npos || sscanf(ptx.c_str() + version, ".version %d.%d", &major, &minor) != 2
        || architecture == std::string::npos || sscanf(ptx.c_str() + architecture, ".target sm_%d", &target) != 1) {
        log = "no .version or .target";
        return InvalidPtx;
    }
    static const int of_cuda12[] = {80, 81, 82, 83, 84, 85, 85, 86, 87, 88};
    long driver = settings::number("DRIVER", 13000), release = driver / 1000, part = driver % 1000 / 10;
    long newest = release == 11 ? 70 + part : release == 12 ? of_cuda12[part > 9 ? 9 : part] : release > 12 ? 90 + 10 * (release - 13) + part : 65;
    if (major * 10 + minor > newest) {
        log = report::format("Unsupported .version %d.%d; current version is '%ld.%ld'", major, minor, newest / 10, newest % 10);
        return UnsupportedPtxVersion;
    }
    if (target > settings::number("SM", 90)) {
        log = report::format(".target sm_%d is newer than the device", target);
        return InvalidPtx;
    }
    return Success;
}

// PTX without the lines that say for which PTX version and device it is: what follows them means the same on a CPU.
std::string program(const std::string& ptx) {
    size_t size = ptx.find(".address_size");
    return size == std::string::npos ? ptx : ptx.substr(size);
}

// Files of this process beside a cached object; the PTX stays if calls are traced.
struct Scratch {
    std::string listing, source, output, result;
    bool keeps_source = settings::number("DUMP", 0) != 0, keeps_listing = keeps_source || report::traces();

    Scratch(const std::string& object, const std::string& ptx) {
        static std::atomic<int> count{0};
        std::string base = object + "." + std::to_string(getpid()) + "." + std::to_string(count++);
        listing = base + ".ptx", source = base + ".c", output = base + ".log", result = base + ".so";
        std::ofstream(listing, std::ios::binary) << ptx;
        if (keeps_listing) report::trace("module %s", listing.c_str());
        if (keeps_source) report::trace("as C in %s", source.c_str());
    }
    ~Scratch() {
        if (!keeps_listing) unlink(listing.c_str());
        if (!keeps_source) unlink(source.c_str());
        unlink(output.c_str());
        unlink(result.c_str());
    }
};

// -O1 for its time; gcc contracts nothing without -fexpensive-optimizations.
std::vector<std::string> compiler(bool contracts) {
    return {"gcc", "-O1", "-fexpensive-optimizations", "-mfma", contracts ? "-ffp-contract=fast" : "-ffp-contract=off",
            "-DCONTRACT=" + std::to_string(contracts), "-fno-strict-aliasing", "-fwrapv", "-w", "-shared", "-fPIC"};
}

bool compile(const Scratch& files, const std::string& object, std::vector<std::string> words, std::string& log) {
    const char* host = getenv("DOTNET_HOST_PATH");
    for (const std::string& word : {files.source, std::string("-o"), files.result, std::string("-lm")}) words.push_back(word);
    bool done = run({host ? host : "dotnet", translator(), files.listing, files.source}, files.output) && run(words, files.output);
    if (!done) log = content(files.output);
    else if (rename(files.result.c_str(), object.c_str()) != 0) {
        log = "cannot write " + object + ": " + strerror(errno);
        done = false;
    }
    return done;
}
}  // namespace

namespace modules {
int load(Context* context, const std::string& ptx, Module** module, std::string& log) {
    std::lock_guard<std::mutex> hold(guard);
    if (int error = rejected(ptx, log)) return error;
    std::string folder, key = hash(content(translator()));
    if (!find_cache(folder, log)) return OperatingSystem;
    std::vector<std::string> words = compiler(settings::number("CONTRACT", 0) != 0);
    for (const std::string& word : words) key += " " + word;
    std::string object = folder + "/" + hash(key + "\n" + program(ptx)) + ".so";
    Scratch files(object, ptx);
    if ((access(object.c_str(), R_OK) != 0 || files.keeps_source) && !compile(files, object, words, log)) return InvalidPtx;
    void* code = dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!code) {
        log = dlerror();
        return SharedObjectInitFailed;
    }
    loaded().insert(*module = new Module{code, context, {}});
    return Success;
}

int unload(Module* module) {
    std::lock_guard<std::mutex> hold(guard);
    if (loaded().erase(module) == 0) return InvalidHandle;
    dlclose(module->code);
    delete module;
    return Success;
}

int find(Module* module, const char* name, Function** function) {
    std::lock_guard<std::mutex> hold(guard);
    if (loaded().count(module) == 0) return InvalidHandle;
    auto symbol = [&](const char* prefix) { return dlsym(module->code, (prefix + std::string(name)).c_str()); };
    auto body = reinterpret_cast<void (*)(Thread*)>(symbol("run_"));
    if (!body) return NotFound;
    auto params = reinterpret_cast<const int (*)[2]>(symbol("params_"));
    int count = 0;
    while (params[count][1] >= 0) count++;
    auto& kept = module->functions[name];
    if (!kept) kept.reset(new Function{body, params, params[count][0], *static_cast<const int*>(symbol("shared_")), SharedLimit - *static_cast<const int*>(symbol("shared_")), name, module->context});
    *function = kept.get();
    return Success;
}

int live() {
    std::lock_guard<std::mutex> hold(guard);
    return static_cast<int>(loaded().size());
}
}  // namespace modules
