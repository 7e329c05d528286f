#include "csimdjson.h"

#include <memory>
#include <new>
#include <simdjson.h>

using namespace simdjson;

struct csimdjson_document {
  dom::parser parser;
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
  auto code = document ? document->parser.parse(bytes, count).error() : MEMALLOC;
  if (code == SUCCESS) return document;
  *error = error_message(code);
  if (document) csimdjson_free(document);
  return nullptr;
}

void csimdjson_free(csimdjson_document *document) {
  std::unique_ptr<csimdjson_document> own(document);
  auto capacity = own->parser.capacity();
  if (capacity <= longest_kept && (!spare || spare->parser.capacity() < capacity)) spare.swap(own);
}

csimdjson_tape csimdjson_tape_of(const csimdjson_document *document) {
  return {document->parser.doc.tape.get(), document->parser.doc.string_buf.get()};
}

} // extern "C"
