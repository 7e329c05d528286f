#include "cbase64.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#if defined(__x86_64__)
#include <immintrin.h>

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)
#define EACH(word) _mm256_set1_epi32(word)

// Twenty-four bytes at a time, as W. Muła and D. Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions",
// has it. Reads 28, so it stops before the end; says how many bytes it has done.
__attribute__((target("avx2"))) static size_t encode_vectors(const uint8_t *bytes, size_t count, char *letters) {
  const __m256i spread = TWICE(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
  // What makes a letter of six bits, by kind: a to z, the ten digits, the two signs, A to Z.
  const __m256i offsets = TWICE('a' - 26, -4, -4, -4, -4, -4, -4, -4, -4, -4, -4, '+' - 62, '/' - 63, 'A', 0, 0);
  size_t done = 0;
  for (; count - done >= 28; done += 24, letters += 32) {
    __m128i first = _mm_loadu_si128((const __m128i *)(bytes + done));
    __m128i second = _mm_loadu_si128((const __m128i *)(bytes + done + 12));
    __m256i triples = _mm256_shuffle_epi8(_mm256_set_m128i(second, first), spread);
    __m256i high = _mm256_mulhi_epu16(_mm256_and_si256(triples, EACH(0x0fc0fc00)), EACH(0x04000040));
    __m256i low = _mm256_mullo_epi16(_mm256_and_si256(triples, EACH(0x003f03f0)), EACH(0x01000010));
    __m256i bits = _mm256_or_si256(high, low);
    __m256i above_z = _mm256_subs_epu8(bits, _mm256_set1_epi8(51));
    __m256i is_upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), bits);
    __m256i kind = _mm256_or_si256(above_z, _mm256_and_si256(is_upper, _mm256_set1_epi8(13)));
    _mm256_storeu_si256((__m256i *)letters, _mm256_add_epi8(bits, _mm256_shuffle_epi8(offsets, kind)));
  }
  return done;
}
#endif

size_t cbase64_encode(const uint8_t *bytes, size_t count, char *letters) {
  size_t done = 0;
#if defined(__x86_64__)
  if (count >= 28 && __builtin_cpu_supports("avx2")) done = encode_vectors(bytes, count, letters);
#endif
  char *next = letters + done / 3 * 4;
  for (; done < count; done += 3, next += 4) {
    size_t left = count - done;
    uint32_t second = left > 1 ? bytes[done + 1] : 0, third = left > 2 ? bytes[done + 2] : 0;
    uint32_t bits = (uint32_t)bytes[done] << 16 | second << 8 | third;
    next[0] = alphabet[bits >> 18];
    next[1] = alphabet[bits >> 12 & 63];
    next[2] = left > 1 ? alphabet[bits >> 6 & 63] : '=';
    next[3] = left > 2 ? alphabet[bits & 63] : '=';
  }
  return (size_t)(next - letters);
}
