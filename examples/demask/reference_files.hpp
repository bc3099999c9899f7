// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The photos named with --reference.

#include <filesystem>
#include <vector>

#include "demask/image.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/result.hpp"

namespace demask::program {

/// The decoded reference photos of a run.
class ReferenceFiles {
 public:
  /// @throws UsageError if there are too many, Error of reading a file.
  ReferenceFiles(const std::vector<std::filesystem::path>& files, std::int64_t max_pixels);

  /// Adds the photos, whose pixels this object keeps.
  void add_to(ReconstructOptions& options) const;

 private:
  std::vector<Image> photos_;
};

/// One line for each face that took less than pixels from its reference: what it took, and why.
/// @param photo  Its name.
std::vector<std::string> reference_messages(const std::string& photo, const Result& result);

}  // namespace demask::program
