// Preloaded into a program: says at its very end whether OpenSSL has still its memory.
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>

static void look(void) {
  // Refused once OpenSSL has cleaned up (OPENSSL_init_crypto(3)).
  int stands = OPENSSL_init_crypto(0, NULL);
  fprintf(stderr, "after exit: OpenSSL %s\n", stands ? "stands" : "is gone");
}

// Before main, so before OpenSSL can register itself: what is registered first runs last.
__attribute__((constructor)) static void register_look(void) { atexit(look); }
