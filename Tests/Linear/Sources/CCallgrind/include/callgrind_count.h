// Counts instructions of parts of a program that runs in Callgrind ("Callgrind specific client requests", Valgrind
// manual). Outside of Valgrind both do nothing.
#pragma once

// Starts counting at zero.
void callgrind_begin(void);

// Writes what has been counted since into a file of its own.
void callgrind_end(void);
