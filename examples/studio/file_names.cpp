// SPDX-License-Identifier: Apache-2.0
#include "file_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>

#include "demask/version.hpp"

namespace demask::studio {

std::string clean_name(const std::string& name) {
  std::string clean = name.substr(name.find_last_of("/\\") + 1);
  clean.erase(std::remove_if(clean.begin(), clean.end(),
                             [](unsigned char c) { return c < 0x20U || c == 0x7FU; }),
              clean.end());
  constexpr std::size_t max_length = 200;
  if (clean.size() > max_length) {
    clean.erase(0, clean.size() - max_length);
  }
  return clean.empty() || clean[0] == '.' ? "photo" + clean : clean;
}

std::string attachment(const std::string& name) {
  std::string encoded;
  for (const unsigned char c : name) {
    const bool is_plain = std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
    encoded += is_plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return "attachment; filename*=UTF-8''" + encoded;
}

// BMP files hold no metadata, and without Exiv2 the library puts no mark into any file.
bool holds_mark(const std::string& name) {
  std::string extension = std::filesystem::path(name).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return build_info().with_exiv2 && extension != ".bmp";
}

}  // namespace demask::studio
