// SPDX-License-Identifier: Apache-2.0
#include "own_copies.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

#include "demask/error.hpp"
#include "demask/synthetic_mark.hpp"
#include "file_names.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

using Photos = std::vector<const FoundPhoto*>;

bool have_equal_content(const fs::path& a, const fs::path& b) {
  std::ifstream first(a, std::ios::binary);
  std::ifstream second(b, std::ios::binary);
  using Bytes = std::istreambuf_iterator<char>;
  return first && second && std::equal(Bytes(first), Bytes(), Bytes(second), Bytes());
}

/// The folders that are left when two paths lose the components in which they end alike.
std::pair<fs::path, fs::path> different_parts(fs::path a, fs::path b) {
  while (a.has_filename() && b.has_filename() && a.filename() == b.filename()) {
    a = a.parent_path();
    b = b.parent_path();
  }
  return {a, b};
}

class CopyFinder {
 public:
  explicit CopyFinder(const SearchResult& result) {
    for (const FoundPhoto& photo : result.photos) {
      std::error_code error;
      const std::uintmax_t size = fs::file_size(photo.input, error);
      if (photo.is_searched && !error) {
        searched_.push_back(&photo);
        alike_[{photo.input.filename(), size}].push_back(&photo);
      }
    }
  }

  bool is_copy(const FoundPhoto& photo) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(photo.input, error);
    const auto group = alike_.find({photo.input.filename(), size});
    return !error && photo.is_searched && group != alike_.end() &&
           std::any_of(group->second.begin(), group->second.end(), [&](const FoundPhoto* other) {
             return other != &photo && is_copy_of(photo.input, other->input);
           });
  }

 private:
  bool is_copy_of(const fs::path& photo, const fs::path& other) {
    const auto [own, others] = different_parts(identity(photo), identity(other));
    if (own == others || lies_in(others, own) || !holds_marked(own) ||
        !have_equal_content(photo, other)) {
      return false;
    }
    // Of two folders that both hold marked photos, the later one was the output.
    std::error_code error;
    return lies_in(own, others) || !holds_marked(others) ||
           fs::last_write_time(photo, error) > fs::last_write_time(other, error);
  }

  /// Whether a photo in the folder, or below it, is marked as synthetic.
  bool holds_marked(const fs::path& folder) {
    const auto known = holds_marked_.find(folder);
    if (known != holds_marked_.end()) {
      return known->second;
    }
    if (identities_.empty()) {
      std::transform(searched_.begin(), searched_.end(), std::back_inserter(identities_),
                     [](const FoundPhoto* photo) { return identity(photo->input); });
    }
    const bool holds = std::any_of(
        identities_.begin(), identities_.end(),
        [&folder](const fs::path& photo) { return lies_in(photo, folder) && is_marked(photo); });
    holds_marked_[folder] = holds;
    return holds;
  }

  static bool is_marked(const fs::path& photo) {
    try {
      return is_marked_as_synthetic(photo);
    } catch (const Error&) {
      return false;
    }
  }

  Photos searched_;
  std::vector<fs::path> identities_;  // of the searched photos, once they are needed
  std::map<std::pair<fs::path, std::uintmax_t>, Photos> alike_;
  std::map<fs::path, bool> holds_marked_;
};

}  // namespace

void leave_out_copies(SearchResult& result) {
  CopyFinder finder(result);
  std::vector<bool> copies;
  copies.reserve(result.photos.size());
  for (const FoundPhoto& photo : result.photos) {
    copies.push_back(finder.is_copy(photo));
  }
  std::vector<FoundPhoto> photos;
  for (std::size_t i = 0; i < copies.size(); ++i) {
    if (copies[i]) {
      result.left_out.push_back({result.photos[i].input, LeftOutReason::own_copy});
    } else {
      photos.push_back(std::move(result.photos[i]));
    }
  }
  result.photos = std::move(photos);
}

}  // namespace demask::program
