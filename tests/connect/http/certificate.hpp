#pragma once

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace holdfast::testing {

/// A certificate that signs itself, with its key, made on the spot.
class certificate {
 public:
  /// @param names as in a certificate: "IP:127.0.0.1" or "DNS:kelp.example"
  /// @param until seconds from now when it expires; it begins two days ago
  explicit certificate(std::string const& names, long until = 86400)
      : key_{EVP_EC_gen("P-256"), &EVP_PKEY_free}, made_{X509_new(), &X509_free} {
    constexpr long two_days = 2 * 86400;
    X509* const made = made_.get();
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -two_days);
    X509_gmtime_adj(X509_getm_notAfter(made), until);
    X509_set_pubkey(made, key_.get());
    X509_NAME* const subject = X509_get_subject_name(made);
    auto const* const text = reinterpret_cast<unsigned char const*>("Holdfast test");
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, text, -1, -1, 0);
    X509_set_issuer_name(made, subject);
    add(NID_subject_alt_name, names.c_str());
    add(NID_basic_constraints, "critical,CA:TRUE");
    if (X509_sign(made, key_.get(), EVP_sha256()) == 0) std::abort();
  }

  [[nodiscard]] X509* get() const { return made_.get(); }
  [[nodiscard]] EVP_PKEY* key() const { return key_.get(); }

  /// As a file of authorities would have it.
  [[nodiscard]] std::string pem() const {
    std::unique_ptr<BIO, int (*)(BIO*)> const memory{BIO_new(BIO_s_mem()), &BIO_free};
    PEM_write_bio_X509(memory.get(), made_.get());
    char* text = nullptr;
    long const size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }

 private:
  void add(int what, char const* value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
    if (extension == nullptr) std::abort();
    X509_add_ext(made_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> made_;
};

/// A file with a text, gone at the end.
class text_file {
 public:
  explicit text_file(std::string const& text) {
    std::string pattern = std::filesystem::temp_directory_path() / "holdfast-XXXXXX";
    int const made = mkstemp(pattern.data());
    if (made < 0) std::abort();
    close(made);
    path_ = pattern;
    std::ofstream{path_} << text;
  }
  text_file(text_file const&) = delete;
  text_file& operator=(text_file const&) = delete;
  ~text_file() { std::filesystem::remove(path_); }

  [[nodiscard]] std::string const& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace holdfast::testing
