// A C face on simdjson::dom: parse a text once, then look at its elements by value.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A parser and the document that it read; freed with `csimdjson_free`.
typedef struct csimdjson_document csimdjson_document;

/// A place in a document; valid as long as the document is.
typedef struct {
  const void *document;
  size_t index;
} csimdjson_element;

/// Bytes inside the document: UTF-8, not terminated.
typedef struct {
  const char *bytes;
  size_t count;
} csimdjson_text;

/// A walk over an array's elements or an object's members.
typedef struct {
  csimdjson_element next;
  csimdjson_element end;
} csimdjson_walk;

typedef enum {
  CSIMDJSON_NULL,
  CSIMDJSON_BOOL,
  CSIMDJSON_INT,
  CSIMDJSON_UINT,
  CSIMDJSON_DOUBLE,
  CSIMDJSON_STRING,
  CSIMDJSON_ARRAY,
  CSIMDJSON_OBJECT,
} csimdjson_kind;

/// Copies and parses `count` bytes. NULL on failure, with `*error` naming it in words that live for ever.
csimdjson_document *csimdjson_parse(const uint8_t *bytes, size_t count, const char **error);
void csimdjson_free(csimdjson_document *document);
csimdjson_element csimdjson_root(const csimdjson_document *document);

csimdjson_kind csimdjson_kind_of(csimdjson_element element);
bool csimdjson_bool(csimdjson_element element);
int64_t csimdjson_int(csimdjson_element element);
uint64_t csimdjson_uint(csimdjson_element element);
double csimdjson_double(csimdjson_element element);
csimdjson_text csimdjson_string(csimdjson_element element);

/// Whether an element, of any kind, is a string of these bytes.
bool csimdjson_is_string(csimdjson_element element, const char *bytes, size_t count);

/// The member of an object under a key, the first where a key is repeated; false where there is none or a null, or this
/// is no object.
bool csimdjson_member(csimdjson_element object, const char *key, size_t count, csimdjson_element *value);

csimdjson_walk csimdjson_array_walk(csimdjson_element array);
bool csimdjson_array_next(csimdjson_walk *walk, csimdjson_element *element);
csimdjson_walk csimdjson_object_walk(csimdjson_element object);
bool csimdjson_object_next(csimdjson_walk *walk, csimdjson_text *key, csimdjson_element *value);

#ifdef __cplusplus
}
#endif
