#include "cfuzzer.h"

static uint64_t steps;

// The linker puts it where the compiler calls `__sanitizer_cov_trace_pc`, at each edge of the control flow (`--wrap` in
// `run`): libFuzzer's own only says that it no longer knows that call.
void __wrap___sanitizer_cov_trace_pc(void) { steps++; }

uint64_t cfuzzer_steps(void) { return steps; }
