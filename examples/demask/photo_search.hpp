// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Searches folders for photos.

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "demask/error.hpp"

namespace demask::program {

/// A photo, and its path relative to the folder that it was found in.
struct FoundPhoto {
  std::filesystem::path input;
  std::filesystem::path relative;
  bool is_searched = false;  ///< Found in a folder, not named by the user.
};

/// Why a file of a searched folder is not processed.
enum class LeftOutReason {
  type,         ///< demask does not read files of this type.
  hidden,       ///< The name of the photo starts with a dot.
  folder_link,  ///< A link to a folder; links are not followed, because they may form loops.
  own_picture,  ///< demask made it: a mask, a panel or a picture of a report.
  own_copy,     ///< demask copied it from a photo without a masked face.
  synthetic     ///< It is marked as partly painted by a model.
};

struct LeftOut {
  std::filesystem::path path;
  LeftOutReason reason;
};

/// An entry of a folder that cannot be read.
struct SearchFailure {
  std::filesystem::path path;
  Error error;
};

struct SearchResult {
  std::vector<FoundPhoto> photos;
  std::vector<SearchFailure> failures;
  std::vector<LeftOut> left_out;
};

/// Searches a folder with its subfolders and adds what it finds, sorted by path. Nothing in a
/// folder ends the search.
/// @param prefix    Comes before the relative paths.
/// @param excluded  Identities of files and folders that are passed over.
void search_folder(const std::filesystem::path& folder, const std::filesystem::path& prefix,
                   const std::set<std::filesystem::path>& excluded, SearchResult& result);

/// Returns a line for the user for each reason, which counts the files left out for it and names
/// the first few.
std::vector<std::string> describe(const std::vector<LeftOut>& left_out);

/// The name of a reason in the report.
const char* to_string(LeftOutReason reason);

}  // namespace demask::program
