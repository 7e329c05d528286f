#include "simdjson_alone.h"

#include <simdjson.h>

int simdjson_alone(const uint8_t *bytes, size_t count) {
  simdjson::dom::parser parser;
  return parser.parse(bytes, count).error() == simdjson::SUCCESS;
}
