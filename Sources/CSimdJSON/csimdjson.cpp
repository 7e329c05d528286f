#include "csimdjson.h"

#include <cstring>
#include <new>
#include <simdjson.h>
#include <type_traits>

using namespace simdjson;

struct csimdjson_document {
  dom::parser parser;
  dom::element root;
};

namespace {

// The C structs carry simdjson's own small values by their bytes.
template <typename To, typename From> To as(const From &value) {
  static_assert(sizeof(To) == sizeof(From));
  static_assert(std::is_trivially_copyable_v<To> && std::is_trivially_copyable_v<From>);
  To copy;
  std::memcpy(static_cast<void *>(&copy), &value, sizeof copy);
  return copy;
}

dom::element element_of(csimdjson_element value) { return as<dom::element>(value); }

csimdjson_text text_of(std::string_view text) { return {text.data(), text.size()}; }

template <typename Container> csimdjson_walk walk_of(const Container &container) {
  return {as<csimdjson_element>(container.begin()), as<csimdjson_element>(container.end())};
}

} // namespace

extern "C" {

csimdjson_document *csimdjson_parse(const uint8_t *bytes, size_t count, const char **error) {
  auto *document = new (std::nothrow) csimdjson_document;
  auto code = document ? document->parser.parse(bytes, count).get(document->root) : MEMALLOC;
  if (code == SUCCESS) return document;
  *error = error_message(code);
  delete document;
  return nullptr;
}

void csimdjson_free(csimdjson_document *document) { delete document; }

csimdjson_element csimdjson_root(const csimdjson_document *document) {
  return as<csimdjson_element>(document->root);
}

csimdjson_kind csimdjson_kind_of(csimdjson_element element) {
  switch (element_of(element).type()) {
  case dom::element_type::BOOL: return CSIMDJSON_BOOL;
  case dom::element_type::INT64: return CSIMDJSON_INT;
  case dom::element_type::UINT64: return CSIMDJSON_UINT;
  case dom::element_type::DOUBLE: return CSIMDJSON_DOUBLE;
  case dom::element_type::STRING: return CSIMDJSON_STRING;
  case dom::element_type::ARRAY: return CSIMDJSON_ARRAY;
  case dom::element_type::OBJECT: return CSIMDJSON_OBJECT;
  default: return CSIMDJSON_NULL;
  }
}

bool csimdjson_bool(csimdjson_element element) { return element_of(element).get_bool().value_unsafe(); }
int64_t csimdjson_int(csimdjson_element element) { return element_of(element).get_int64().value_unsafe(); }
uint64_t csimdjson_uint(csimdjson_element element) { return element_of(element).get_uint64().value_unsafe(); }
double csimdjson_double(csimdjson_element element) { return element_of(element).get_double().value_unsafe(); }
csimdjson_text csimdjson_string(csimdjson_element element) {
  return text_of(element_of(element).get_string().value_unsafe());
}

bool csimdjson_is_string(csimdjson_element element, const char *bytes, size_t count) {
  std::string_view text;
  return element_of(element).get_string().get(text) == SUCCESS && text == std::string_view(bytes, count);
}

bool csimdjson_member(csimdjson_element object, const char *key, size_t count, csimdjson_element *value) {
  dom::element found;
  if (element_of(object).at_key(std::string_view(key, count)).get(found) != SUCCESS || found.is_null()) return false;
  *value = as<csimdjson_element>(found);
  return true;
}

csimdjson_walk csimdjson_array_walk(csimdjson_element array) {
  return walk_of(element_of(array).get_array().value_unsafe());
}

bool csimdjson_array_next(csimdjson_walk *walk, csimdjson_element *element) {
  auto next = as<dom::array::iterator>(walk->next);
  if (!(next != as<dom::array::iterator>(walk->end))) return false;
  *element = as<csimdjson_element>(*next);
  walk->next = as<csimdjson_element>(++next);
  return true;
}

csimdjson_walk csimdjson_object_walk(csimdjson_element object) {
  return walk_of(element_of(object).get_object().value_unsafe());
}

bool csimdjson_object_next(csimdjson_walk *walk, csimdjson_text *key, csimdjson_element *value) {
  auto next = as<dom::object::iterator>(walk->next);
  if (!(next != as<dom::object::iterator>(walk->end))) return false;
  *key = text_of(next.key());
  *value = as<csimdjson_element>(next.value());
  walk->next = as<csimdjson_element>(++next);
  return true;
}

} // extern "C"
