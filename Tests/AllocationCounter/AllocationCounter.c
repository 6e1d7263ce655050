#include "AllocationCounter.h"

#include <stddef.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

static _Thread_local bool is_counting;
static _Thread_local AllocationTotals totals;

static inline void note(size_t size) {
    if (is_counting) {
        totals.count += 1;
        totals.bytes += size;
    }
}

void allocation_counter_start(void) {
    totals = (AllocationTotals){0, 0, 0};
    is_counting = true;
}

AllocationTotals allocation_counter_stop(void) {
    is_counting = false;
    return totals;
}

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif

#if UNDER_SANITIZER

// A sanitizer owns malloc and calls a hook with every allocation.
int __sanitizer_install_malloc_and_free_hooks(
    void (*malloc_hook)(const volatile void *, size_t), void (*free_hook)(const volatile void *));

static void on_malloc(const volatile void *pointer, size_t size) {
    (void)pointer;
    note(size);
}

static void on_free(const volatile void *pointer) { (void)pointer; }

__attribute__((constructor)) static void install(void) {
    __sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
}

bool allocation_counter_is_available(void) { return true; }
bool allocation_counter_runs_under_sanitizer(void) { return true; }

#elif defined(__GLIBC__)

// A definition in the executable takes the place of the C library's, for the Swift runtime too; the C library offers
// its own under these names.
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);
void *__libc_memalign(size_t, size_t);
void __libc_free(void *);

static inline void *noteLive(void *pointer) {
    if (is_counting) totals.live_bytes += malloc_usable_size(pointer);
    return pointer;
}

static inline void noteFreed(void *pointer) {
    if (is_counting) totals.live_bytes -= malloc_usable_size(pointer);
}

void *malloc(size_t size) {
    note(size);
    return noteLive(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    note(count * size);
    return noteLive(__libc_calloc(count, size));
}

void *realloc(void *pointer, size_t size) {
    note(size);
    noteFreed(pointer);
    return noteLive(__libc_realloc(pointer, size));
}

void *memalign(size_t alignment, size_t size) {
    note(size);
    return noteLive(__libc_memalign(alignment, size));
}

void free(void *pointer) {
    noteFreed(pointer);
    __libc_free(pointer);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **pointer, size_t alignment, size_t size) {
    void *memory = memalign(alignment, size);
    if (memory == NULL) return 12;  // ENOMEM
    *pointer = memory;
    return 0;
}

bool allocation_counter_is_available(void) { return true; }
bool allocation_counter_runs_under_sanitizer(void) { return false; }

#else

bool allocation_counter_is_available(void) { return false; }
bool allocation_counter_runs_under_sanitizer(void) { return false; }

#endif
