// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Which photos are read, and which files are written for each.

#include <filesystem>
#include <string>
#include <vector>

#include "photo_search.hpp"

namespace demask::program {

/// One photo and its outputs.
struct PhotoJob {
  std::filesystem::path input;        ///< As given, or as found in a folder.
  std::filesystem::path source;       ///< The file to read: `input`, unless that is `-`.
  std::filesystem::path output;       ///< Empty if nothing is written.
  std::filesystem::path alternative;  ///< Beside `output`, with `_alternative` in its name.
  /// Beside `output`, with `_variant1`, `_variant2`... in their names; one fewer than variants.
  std::vector<std::filesystem::path> variants;
  std::filesystem::path variant_sheet;  ///< Beside `output`, with `_variants` in its name.
  std::filesystem::path panel;          ///< Empty if none is drawn.
  /// Names the photo among the others: its path below the given folder, without the extension
  /// unless two photos differ in that alone.
  std::filesystem::path label;
  /// Found in a folder: left out if it is marked as synthetic.
  bool is_searched = false;
};

struct PhotoPlan {
  std::vector<PhotoJob> jobs;           ///< In the order given; the photos of a folder by name.
  std::vector<SearchFailure> failures;  ///< What could not be read in the folders.
  std::vector<LeftOut> left_out;        ///< Files of the folders that are not processed.
  bool to_folder = false;               ///< Outputs go into a folder, made if it is missing.
  bool panels_to_folder = false;        ///< The same for panels.
};

/// All files that are written for the photo, without those of the report.
std::vector<std::filesystem::path> outputs_of(const PhotoJob& job);

/// Where the user wants the outputs; each may be empty.
struct OutputRequest {
  std::string output;  ///< A file or, if it is an existing folder or ends in `/`, a folder.
  std::string panel;   ///< A file or a folder, by the rules of `output`.
  std::filesystem::path report;
  std::filesystem::path journal;
  std::filesystem::path report_pictures;  ///< A folder.
  std::filesystem::path mask;             ///< An input, which no output may overwrite.
  std::vector<std::filesystem::path> references;  ///< Inputs too.
  bool alternatives = false;
  int variants = 1;
  bool keep_extension = true;  ///< False: outputs are PNG whatever the format of the photo.
};

/// Searches folders (with their subfolders, but without hidden files and the outputs of this call)
/// and names the outputs. Files that do not exist are planned too; reading them fails later.
/// @throws UsageError if there is no photo, two photos would have one output, an output would
///         overwrite an input, or a single output has no extension that can be written.
/// @throws Error unreadable_file (standard input).
PhotoPlan plan_photos(const std::vector<std::filesystem::path>& inputs,
                      const OutputRequest& request);

/// Returns lines for the user: what could not be read and what was left out.
std::vector<std::string> search_messages(const PhotoPlan& plan);

/// Checks that the inputs held a photo, or something that could not be read. @throws UsageError.
void require_photos(const PhotoPlan& plan, const std::vector<std::filesystem::path>& inputs);

/// Checks that no output of the plan, nor the report, is a file in the folder of the models.
/// @throws UsageError.
void protect_models(const PhotoPlan& plan, const OutputRequest& request,
                    const std::filesystem::path& models);

/// Returns whether a photo was found in a folder and is marked as partly painted by a model.
bool is_made_by_a_model(const PhotoJob& job);

/// Makes a folder and the folders above it. @throws Error unwritable_file.
void make_folder(const std::filesystem::path& folder);

}  // namespace demask::program
