namespace CudaOnCpu.Translator;

/// <summary>What every translated module begins with. The struct is the beginning of Thread in ../driver/kernel.h.</summary>
internal static class Prelude
{
    public const string Text = """
        #include <stdint.h>
        typedef struct Thread Thread;
        struct Thread {
            uint32_t tid[3], ntid[3], ctaid[3], nctaid[3];
            char *shared, *params;
            uint64_t shared_bytes;
            void (*barrier)(Thread*, int line);
            void (*fault)(Thread*, int error, const char* what, uint64_t address, int line);
        };
        static inline float bits32(uint32_t u) { union { uint32_t u; float f; } x = { u }; return x.f; }
        static inline uint32_t word32(float f) { union { uint32_t u; float f; } x = { .f = f }; return x.u; }
        static inline double bits64(uint64_t u) { union { uint64_t u; double f; } x = { u }; return x.f; }
        static inline uint64_t word64(double f) { union { uint64_t u; double f; } x = { .f = f }; return x.u; }
        static inline int unordered(double a, double b) { return __builtin_isunordered(a, b); }
        #if CONTRACT /* what is rounded explicitly is hidden from gcc's contraction */
        #define HIDDEN(X) __asm__("" : "+x"(X))
        #else
        #define HIDDEN(X)
        #endif
        /* NVIDIA's NaN, which operations give whatever the bits of the NaN they are given */
        static inline float nan_f32(float r) { return __builtin_expect(r != r, 0) ? bits32(0x7FFFFFFF) : r; }
        static inline double nan_f64(double r) { return __builtin_expect(r != r, 0) ? bits64(0x7FFFFFFFFFFFFFFF) : r; }
        #define ROUNDED(K, T, FMA) \
            static inline T add_##K(T a, T b) { HIDDEN(a); HIDDEN(b); return nan_##K(a + b); } \
            static inline T sub_##K(T a, T b) { HIDDEN(a); HIDDEN(b); return nan_##K(a - b); } \
            static inline T mul_##K(T a, T b) { T r = a * b; HIDDEN(r); return nan_##K(r); } \
            static inline T fma_##K(T a, T b, T c) { return nan_##K(FMA(a, b, c)); }
        ROUNDED(f32, float, __builtin_fmaf) ROUNDED(f64, double, __builtin_fma)
        #define EXTREMES(K, T) /* a number rather than NaN, and -0 below +0 */ \
            static inline T min_##K(T a, T b) { return a != a ? b : b != b ? a : a == b ? (__builtin_signbit(a) ? a : b) : a < b ? a : b; } \
            static inline T max_##K(T a, T b) { return a != a ? b : b != b ? a : a == b ? (__builtin_signbit(a) ? b : a) : a > b ? a : b; }
        EXTREMES(f32, float) EXTREMES(f64, double)
        #define TO_INTEGER(K, T, LOW, HIGH, BEYOND) static inline T to_##K(double f) \
            { return f != f ? 0 : f >= BEYOND ? HIGH : f <= (double)LOW ? LOW : (T)f; }
        TO_INTEGER(s32, int32_t, INT32_MIN, INT32_MAX, 2147483648.0) TO_INTEGER(u32, uint32_t, 0, UINT32_MAX, 4294967296.0)
        TO_INTEGER(s64, int64_t, INT64_MIN, INT64_MAX, 9223372036854775808.0) TO_INTEGER(u64, uint64_t, 0, UINT64_MAX, 18446744073709551616.0)
        #define SIGNED(K, T) static inline T div_##K(T a, T b) { return b == 0 ? (T)-1 : b == (T)-1 ? (T)(0 - a) : a / b; } \
            static inline T rem_##K(T a, T b) { return b == 0 ? a : b == (T)-1 ? 0 : a % b; }
        #define UNSIGNED(K, T) static inline T div_##K(T a, T b) { return b == 0 ? (T)-1 : a / b; } \
            static inline T rem_##K(T a, T b) { return b == 0 ? a : a % b; }
        SIGNED(s32, int32_t) SIGNED(s64, int64_t) UNSIGNED(u32, uint32_t) UNSIGNED(u64, uint64_t)
        #define BAD_BRANCH() t->fault(t, 719, "brx.idx out of range", 0, __LINE__)
        #define CHECK(A, N, SHARED) do { if (__builtin_expect((A) & ((N) - 1), 0)) t->fault(t, 716, "misaligned access", A, __LINE__); \
            if (SHARED && __builtin_expect((A) - (uint64_t)(uintptr_t)t->shared >= t->shared_bytes || (A) - (uint64_t)(uintptr_t)t->shared + (N) > t->shared_bytes, 0)) \
                t->fault(t, 700, "access outside of shared memory", A, __LINE__); } while (0)

        """;
}
