// SPDX-License-Identifier: Apache-2.0
#include "bundle/sha256.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

#include "demask/error.hpp"

namespace demask::bundle {

std::string sha256_hex(const std::uint8_t* bytes, std::size_t size) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes, size, digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw Error(ErrorCode::internal,
                "SHA-256: OpenSSL could not compute it; check its installation");
  }
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += fmt::format("{:02x}", digest[i]);
  }
  return text;
}

}  // namespace demask::bundle
