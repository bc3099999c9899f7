#pragma once

/// @file
/// Which photos are read, and where what comes of them goes.

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
  std::filesystem::path panel;        ///< Empty if none is drawn.
  /// Names the photo among the others: its path below the folder given, without extension unless
  /// two photos differ in that alone.
  std::filesystem::path label;
};

struct PhotoPlan {
  std::vector<PhotoJob> jobs;  ///< In the order given; the photos of a folder by name.
  bool to_folder = false;      ///< Outputs go into a folder, which is made if it is missing.
};

/// Where outputs are wanted; each may be empty.
struct OutputRequest {
  std::string output;  ///< A file or, if it is one already or ends in `/`, a folder.
  std::string panel;   ///< Likewise.
  std::filesystem::path report;
  bool alternatives = false;
  bool keep_extension = true;  ///< False: outputs are PNG whatever the photo is.
};

/// Searches folders (with their subfolders, leaving out hidden files and the output folder) and
/// names the outputs. Files that do not exist are planned too: they fail by themselves.
/// @throws UsageError if there is no photo, two photos would have one output, an output would
///         overwrite an input, or a single output has no extension that can be written.
PhotoPlan plan_photos(const std::vector<std::filesystem::path>& inputs,
                      const OutputRequest& request);

/// Makes a folder and those above it. @throws Error unwritable_file.
void make_folder(const std::filesystem::path& folder);

/// True if the extension is of a format that demask reads and writes.
bool has_image_extension(const std::filesystem::path& path);

}  // namespace demask::program
