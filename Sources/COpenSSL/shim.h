// OpenSSL for Swift: what cannot be imported (function-like macros, variadics) as one-line functions.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static const uint64_t copenssl_no_compression = SSL_OP_NO_COMPRESSION;
static const unsigned long copenssl_name_on_one_line = XN_FLAG_ONELINE;
static const uint64_t copenssl_no_renegotiation = SSL_OP_NO_RENEGOTIATION;

static inline int copenssl_set_min_version(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}
static inline int copenssl_set_groups(SSL_CTX *context, const char *list) {
  return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline long copenssl_release_buffers(SSL_CTX *context) {
  return SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}
static inline long copenssl_session_cache_off(SSL_CTX *context) {
  return SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline int copenssl_set_server_name(SSL *session, const char *name) {
  return (int)SSL_set_tlsext_host_name(session, name);
}
static inline BIO *copenssl_memory_bio(void) { return BIO_new(BIO_s_mem()); }
static inline void copenssl_forget_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void copenssl_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline long copenssl_memory_of(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
static inline EVP_PKEY *copenssl_p256_key(void) { return EVP_EC_gen("P-256"); }
static inline void copenssl_set_context(X509V3_CTX *context, X509 *issuer, X509 *subject) {
  X509V3_set_ctx(context, issuer, subject, NULL, NULL, 0);
}
static inline int copenssl_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
  return (int)SSL_CTX_add1_chain_cert(context, certificate);
}
static inline int copenssl_is_no_start_line(unsigned long error) {
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}
static inline STACK_OF(X509) *copenssl_certificates(void) { return sk_X509_new_null(); }
static inline int copenssl_push_certificate(STACK_OF(X509) *list, X509 *certificate) {
  return sk_X509_push(list, certificate);
}
/// The list alone: the certificates have owners.
static inline void copenssl_free_certificates(STACK_OF(X509) *list) { sk_X509_free(list); }
