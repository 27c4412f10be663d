#include "sim/config/digest.h"

#include <openssl/evp.h>

#include <memory>

#include "sim/config/error.h"

namespace subvolt::config {

// libcrypto takes the processor's own instructions for it where there are some.
std::string sha256(const ByteSource& bytes) {
  const auto expect = [](int done) {
    if (done != 1) throw Error(ErrorKind::kInternal, "SHA-256 is not available from the crypto library");
  };
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  expect(context ? EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) : 0);
  bytes.each_piece(0, bytes.size(), [&](const std::uint8_t* piece, std::size_t size) {
    expect(EVP_DigestUpdate(context.get(), piece, size));
  });
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  expect(EVP_DigestFinal_ex(context.get(), digest, &length));
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 15];
  }
  return text;
}

std::string sha256(std::string_view bytes) {
  return sha256(ByteSource(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

}  // namespace subvolt::config
