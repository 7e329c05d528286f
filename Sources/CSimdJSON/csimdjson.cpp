#include "csimdjson.h"

#include <charconv>
#include <cstring>
#include <memory>
#include <new>
#include <simdjson.h>
#include <string>

using namespace simdjson;

struct csimdjson_document {
  dom::parser parser;
};

namespace {

// A parser's memory is worth keeping, as the next text is about as long. One for each thread, and none of long texts:
// it has some fifteen bytes for each of the text's.
constexpr size_t longest_kept = 64 * 1024;
thread_local std::unique_ptr<csimdjson_document> spare;

bool is_part_of_number(char c) { return (c >= '0' && c <= '9') || (c && std::strchr("+-.eE", c)); }

// Whether a number has neither point nor exponent, and 64 bits are too few for it.
bool is_large_integer(const char *first, const char *last) {
  int64_t negative;
  uint64_t positive;
  auto [end, code] = *first == '-' ? std::from_chars(first, last, negative) : std::from_chars(first, last, positive);
  return end == last && code == std::errc::result_out_of_range;
}

// The text with an exponent at every integer beyond 64 bits. Those are JSON (RFC 8259 section 6), and Go writes 1e20 as
// 100000000000000000000, but simdjson takes only their doubles. An invalid number stays invalid.
std::string with_exponents(const char *text, size_t count) {
  std::string result;
  result.reserve(count + count / 8);
  const char *end = text + count;
  bool is_string = false;
  for (const char *here = text; here < end;) {
    const char *start = here++;
    if (is_string && *start == '\\' && here < end) ++here;
    if (*start == '"') is_string = !is_string;
    bool is_number = !is_string && is_part_of_number(*start);
    while (is_number && here < end && is_part_of_number(*here)) ++here;
    result.append(start, here);
    if (is_number && is_large_integer(start, here)) result += "e0";
  }
  return result;
}

error_code parse_again(dom::parser &parser, const char *text, size_t count) {
  try {
    // What the first try has made goes first: beside it the second would take twice the memory.
    parser = dom::parser();
    return parser.parse(with_exponents(text, count)).error();
  } catch (const std::bad_alloc &) { return MEMALLOC; }
}

} // namespace

extern "C" {

csimdjson_document *csimdjson_parse(const uint8_t *bytes, size_t count, const char **error) {
  auto *document = spare ? spare.release() : new (std::nothrow) csimdjson_document;
  auto code = document ? document->parser.parse(bytes, count).error() : MEMALLOC;
  if (code == NUMBER_ERROR) code = parse_again(document->parser, reinterpret_cast<const char *>(bytes), count);
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
