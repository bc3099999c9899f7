// SPDX-License-Identifier: Apache-2.0
#include "file_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <system_error>

namespace demask::program {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t max_name_bytes = 255;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// The 64-bit FNV-1a hash.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xCBF29CE484222325U;
  for (const char byte : text) {
    value = (value ^ static_cast<unsigned char>(byte)) * 0x100000001B3U;
  }
  return value;
}

/// Returns the length of the UTF-8 character at the start of a text that is not empty; 0 if there
/// is none (RFC 3629).
std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80U                     ? 1
                             : first >= 0xC2U && first < 0xE0U ? 2
                             : first >= 0xE0U && first < 0xF0U ? 3
                             : first >= 0xF0U && first < 0xF5U ? 4
                                                               : 0;
  if (length == 0 || length > text.size() ||
      !std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(length),
                   is_continuation)) {
    return 0;
  }
  const auto second = length > 1 ? static_cast<unsigned char>(text[1]) : 0U;
  const bool is_overlong = (first == 0xE0U && second < 0xA0U) || (first == 0xF0U && second < 0x90U);
  const bool is_surrogate = first == 0xEDU && second > 0x9FU;
  const bool is_too_large = first == 0xF4U && second > 0x8FU;
  return is_overlong || is_surrogate || is_too_large ? 0 : length;
}

}  // namespace

fs::path identity(const fs::path& path) {
  std::error_code error;
  fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) {
    whole = fs::absolute(path, error).lexically_normal();
  }
  return whole.has_filename() ? whole : whole.parent_path();
}

bool lies_in(const fs::path& path, const fs::path& folder) {
  const auto [left, ignored] =
      std::mismatch(folder.begin(), folder.end(), path.begin(), path.end());
  return left == folder.end();
}

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& letter : extension) {
    letter = letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return extension;
}

std::string fitting_name(const std::string& stem, std::string_view suffix) {
  if (stem.size() + suffix.size() <= max_name_bytes) {
    return fmt::format("{}{}", stem, suffix);
  }
  const std::string end = fmt::format("~{:016x}{}", hash(stem), suffix);
  std::size_t length = std::min(stem.size(), max_name_bytes - std::min(max_name_bytes, end.size()));
  while (length > 0 && is_continuation(stem[length])) {
    --length;
  }
  return stem.substr(0, length) + end;
}

std::string utf8_of(const fs::path& path) {
  const std::string& bytes = path.native();
  std::string text;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = utf8_length(std::string_view(bytes).substr(i));
    if (length == 0) {
      text += fmt::format("\\x{:02X}", static_cast<unsigned char>(bytes[i]));
    } else {
      text.append(bytes, i, length);
    }
    i += std::max<std::size_t>(length, 1);
  }
  return text;
}

}  // namespace demask::program
