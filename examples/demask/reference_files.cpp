// SPDX-License-Identifier: Apache-2.0
#include "reference_files.hpp"

#include <fmt/format.h>

#include "demask/image_io.hpp"
#include "exit_codes.hpp"
#include "standard_streams.hpp"

namespace demask::program {

ReferenceFiles::ReferenceFiles(const std::vector<std::filesystem::path>& files,
                               std::int64_t max_pixels) {
  if (files.size() > max_references) {
    throw UsageError(fmt::format("--reference: {} photos are given; give at most {}", files.size(),
                                 max_references));
  }
  for (const std::filesystem::path& file : files) {
    photos_.push_back(read_image(readable_file(file), max_pixels));
  }
}

void ReferenceFiles::add_to(ReconstructOptions& options) const {
  for (const Image& photo : photos_) {
    options.references.push_back({photo});
  }
}

std::vector<std::string> reference_messages(const std::string& photo, const Result& result) {
  std::vector<std::string> lines;
  for (const FaceResult& face : result.faces) {
    if (face.reference == ReferenceUse::shape) {
      lines.push_back(
          fmt::format("{}: only the shape of the reference is used: {}", photo, face.reference_reason));
    } else if (face.reference == ReferenceUse::refused) {
      lines.push_back(
          fmt::format("{}: the reference is not used: {}", photo, face.reference_reason));
    }
  }
  return lines;
}

}  // namespace demask::program
