// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Which photos are read, and which files are written for each.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace demask::program {

/// One photo and its outputs.
struct PhotoJob {
  std::filesystem::path input;
  std::filesystem::path output;       ///< Empty if nothing is written.
  std::filesystem::path alternative;  ///< Beside `output`, with `_alternative` in its name.
  /// Beside `output`, with `_variant1`, `_variant2`... in their names; one fewer than variants.
  std::vector<std::filesystem::path> variants;
  std::filesystem::path variant_sheet;  ///< Beside `output`, with `_variants` in its name.
  std::filesystem::path panel;          ///< Empty if none is drawn.
  /// Names the photo among the others: its path below the given folder, without the extension
  /// unless two photos differ in that alone.
  std::filesystem::path label;
};

struct PhotoPlan {
  std::vector<PhotoJob> jobs;  ///< In the order given; the photos of a folder by name.
  bool to_folder = false;      ///< Outputs go into a folder, which is made if it is missing.
};

/// All files that are written for the photo, without those of the report.
std::vector<std::filesystem::path> outputs_of(const PhotoJob& job);

/// Where the user wants the outputs; each may be empty.
struct OutputRequest {
  std::string output;  ///< A file or, if it is an existing folder or ends in `/`, a folder.
  std::string panel;   ///< A file or a folder, by the rules of `output`.
  std::filesystem::path report;
  bool alternatives = false;
  int variants = 1;
  bool keep_extension = true;  ///< False: outputs are PNG whatever the format of the photo.
};

/// Searches folders (with their subfolders, but without hidden files and the output folder) and
/// names the outputs. Files that do not exist are planned too; reading them fails later.
/// @throws UsageError if there is no photo, two photos would have one output, an output would
///         overwrite an input, or a single output has no extension that can be written.
PhotoPlan plan_photos(const std::vector<std::filesystem::path>& inputs,
                      const OutputRequest& request);

/// Makes a folder and the folders above it. @throws Error unwritable_file.
void make_folder(const std::filesystem::path& folder);

}  // namespace demask::program
