// Base64 (RFC 4648 section 4), by vectors where the processor has them: Swift has no shuffle of bytes.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Writes `count` bytes in base64, padded, and says how many letters that makes: four for each three bytes or part.
size_t cbase64_encode(const uint8_t *bytes, size_t count, char *letters);
