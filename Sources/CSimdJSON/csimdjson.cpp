#include "csimdjson.h"

#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>

using namespace simdjson;

struct csimdjson_document {
  dom::parser parser;
  std::unique_ptr<uint8_t[]> text;
  size_t room = 0;

  // simdjson wants to read a little beyond the end.
  error_code parse(const uint8_t *bytes, size_t count) {
    if (count + SIMDJSON_PADDING > room) {
      room = 0;
      text.reset(new (std::nothrow) uint8_t[count + SIMDJSON_PADDING]);
      if (!text) return MEMALLOC;
      room = count + SIMDJSON_PADDING;
    }
    if (count > 0) std::memcpy(text.get(), bytes, count);
    std::memset(text.get() + count, 0, SIMDJSON_PADDING);
    return parser.parse(text.get(), count, false).error();
  }
};

namespace {

// A parser's memory is worth keeping, as the next text is about as long. One for each thread, and none of long texts:
// it has some fifteen bytes for each of the text's.
constexpr size_t longest_kept = 64 * 1024;
thread_local std::unique_ptr<csimdjson_document> spare;

} // namespace

extern "C" {

csimdjson_document *csimdjson_parse(const uint8_t *bytes, size_t count, const char **error) {
  auto *document = spare ? spare.release() : new (std::nothrow) csimdjson_document;
  auto code = document ? document->parse(bytes, count) : MEMALLOC;
  if (code == SUCCESS) return document;
  *error = error_message(code);
  if (document) csimdjson_free(document);
  return nullptr;
}

void csimdjson_free(csimdjson_document *document) {
  std::unique_ptr<csimdjson_document> own(document);
  if (own->room <= longest_kept + SIMDJSON_PADDING && (!spare || spare->room < own->room)) spare.swap(own);
}

csimdjson_tape csimdjson_tape_of(const csimdjson_document *document) {
  return {document->parser.doc.tape.get(), document->parser.doc.string_buf.get()};
}

} // extern "C"
