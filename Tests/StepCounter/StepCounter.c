#include "StepCounter.h"

static _Thread_local bool is_counting;
static _Thread_local uint64_t steps;

void step_counter_start(void) {
    steps = 0;
    is_counting = true;
}

uint64_t step_counter_stop(void) {
    is_counting = false;
    return steps;
}

#if COUNT_STEPS

// The compiler calls the first at every edge, the second once for each module's edges. (Fuzzing runtimes define both
// themselves; hence the condition.)
void __sanitizer_cov_trace_pc_guard(uint32_t *guard) {
    (void)guard;
    if (is_counting) steps += 1;
}

void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop) {
    for (uint32_t *guard = start; guard < stop; guard++) *guard = 1;
}

bool step_counter_is_available(void) { return true; }

#else

bool step_counter_is_available(void) { return false; }

#endif
