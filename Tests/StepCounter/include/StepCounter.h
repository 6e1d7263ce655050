#ifndef STEP_COUNTER_H
#define STEP_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// Whether steps are counted in this build: with `-sanitize-coverage=edge,trace-pc-guard` and `COUNT_STEPS` defined.
bool step_counter_is_available(void);

/// Starts counting this thread's steps, the edges of control flow that it takes, from zero.
void step_counter_start(void);

/// Stops counting; the number of steps, 0 where none are counted.
uint64_t step_counter_stop(void);

#endif
