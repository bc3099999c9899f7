// SPDX-License-Identifier: Apache-2.0

/// @file
/// Parses the text of a manifest.

#include "bundle/manifest.hpp"
#include "input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  demask::fuzz::call([&] {
    const demask::bundle::Manifest manifest =
        demask::bundle::parse_manifest(std::string(data, data + size), "manifest.json");
    for (const demask::ModelSpec& spec : manifest.models) {
      const bool is_plain = spec.file.find('/') == std::string::npos && spec.file != ".." &&
                            spec.file.find('\0') == std::string::npos && !spec.file.empty();
      if (!is_plain || spec.sha256.size() != 64 || spec.size_bytes == 0 || spec.input_size < 1 ||
          !(spec.threshold >= 0.0F && spec.threshold <= 1.0F)) {
        demask::fuzz::report_defect("a manifest that breaks its rules was taken");
      }
    }
  });
  return 0;
}
