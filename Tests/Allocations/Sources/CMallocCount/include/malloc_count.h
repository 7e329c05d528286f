// How often this program has asked for memory.
#pragma once

/// The calls of malloc, calloc, realloc and the aligned ones so far, of all threads.
long malloc_count(void);
