// simdjson by itself: what every reader of the same bytes has to pay.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Parses a text with a parser of its own, and forgets it. Whether it is JSON.
int simdjson_alone(const uint8_t *bytes, size_t count);

#ifdef __cplusplus
}
#endif
