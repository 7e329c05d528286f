// libFuzzer as a library (compiler-rt, `FuzzerInterface.h`).
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Runs the fuzzer with its own command line, and calls `one` with each input.
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*one)(const uint8_t *bytes, size_t count));

/// How many edges of the control flow Raymesh's code has taken since the start.
uint64_t cfuzzer_steps(void);
