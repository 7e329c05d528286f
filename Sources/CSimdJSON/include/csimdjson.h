// A C face on simdjson::dom: parse a text once, then look at its values by their places on simdjson's tape.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parser and the document that it read; freed with `csimdjson_free`.
typedef struct csimdjson_document csimdjson_document;

/// What was read, as long as the document is there: a word for each value and each bracket, and the strings beside them
/// (simdjson, doc/tape.md). The root is at 1.
typedef struct {
  const uint64_t *words;
  const uint8_t *strings;
} csimdjson_tape;

/// Bytes inside the document: UTF-8, not terminated.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} csimdjson_text;

/// Copies and parses `count` bytes. NULL on failure, with `*error` naming it in words that live for ever.
csimdjson_document *csimdjson_parse(const uint8_t *bytes, size_t count, const char **error);
void csimdjson_free(csimdjson_document *document);
csimdjson_tape csimdjson_tape_of(const csimdjson_document *document);

/// What a value is: `n`, `t`, `f`, `l` (64 bits, signed), `u` (unsigned), `d` (double), `"`, `[` or `{`.
static inline uint8_t csimdjson_kind_of(csimdjson_tape tape, uint32_t place) { return tape.words[place] >> 56; }

static inline int64_t csimdjson_int(csimdjson_tape tape, uint32_t place) { return (int64_t)tape.words[place + 1]; }
static inline uint64_t csimdjson_uint(csimdjson_tape tape, uint32_t place) { return tape.words[place + 1]; }

static inline double csimdjson_double(csimdjson_tape tape, uint32_t place) {
  double number;
  memcpy(&number, &tape.words[place + 1], sizeof number);
  return number;
}

static inline csimdjson_text csimdjson_string(csimdjson_tape tape, uint32_t place) {
  const uint8_t *string = tape.strings + (tape.words[place] & 0x00ffffffffffffff);
  uint32_t count;
  memcpy(&count, string, sizeof count);
  csimdjson_text text = {string + sizeof count, count};
  return text;
}

/// The place at which an array's elements end, or an object's members.
static inline uint32_t csimdjson_end(csimdjson_tape tape, uint32_t place) { return (uint32_t)tape.words[place] - 1; }

/// How many elements an array has, or members an object; of very many less.
static inline size_t csimdjson_count(csimdjson_tape tape, uint32_t place) { return tape.words[place] >> 32 & 0xffffff; }

/// Where what comes after a value stands.
static inline uint32_t csimdjson_after(csimdjson_tape tape, uint32_t place) {
  switch (csimdjson_kind_of(tape, place)) {
  case '[':
  case '{': return (uint32_t)tape.words[place];
  case 'l':
  case 'u':
  case 'd': return place + 2;
  default: return place + 1;
  }
}

/// Whether a string is made of certain bytes.
static inline bool csimdjson_is(csimdjson_tape tape, uint32_t string, const uint8_t *bytes, size_t count) {
  csimdjson_text text = csimdjson_string(tape, string);
  return text.count == count && memcmp(text.bytes, bytes, count) == 0;
}

/// The member of an object under a key, or 0 if there is none. If a key is repeated, it is the first one.
static inline uint32_t csimdjson_member(csimdjson_tape tape, uint32_t object, const uint8_t *key, size_t count) {
  uint32_t end = csimdjson_end(tape, object);
  for (uint32_t place = object + 1; place < end; place = csimdjson_after(tape, place + 1))
    if (csimdjson_is(tape, place, key, count)) return place + 1;
  return 0;
}

#ifdef __cplusplus
}
#endif
