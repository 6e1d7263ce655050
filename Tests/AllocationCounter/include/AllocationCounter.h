#ifndef ALLOCATION_COUNTER_H
#define ALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// What a thread asked of the allocator since it started counting.
typedef struct {
    uint64_t count;
    uint64_t bytes;

    /// The bytes allocated minus the bytes freed, as the allocator rounds them. Negative if more was freed. Always 0 under a
    /// sanitizer.
    int64_t live_bytes;
} AllocationTotals;

/// Whether allocations can be counted in this process.
bool allocation_counter_is_available(void);

/// Whether the process was built with a sanitizer, which changes how much memory it uses.
bool allocation_counter_runs_under_sanitizer(void);

/// Starts counting this thread's allocations from zero.
void allocation_counter_start(void);

/// Stops counting this thread's allocations.
AllocationTotals allocation_counter_stop(void);

#endif
