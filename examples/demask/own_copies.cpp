// SPDX-License-Identifier: Apache-2.0
#include "own_copies.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "demask/error.hpp"
#include "demask/synthetic_mark.hpp"
#include "file_names.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

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

/// A photo of the search and its identity.
struct Known {
  const FoundPhoto* photo;
  fs::path path;
};

class CopyFinder {
 public:
  explicit CopyFinder(const SearchResult& result) {
    for (const FoundPhoto& photo : result.photos) {
      if (photo.is_searched) {
        searched_.push_back({&photo, identity(photo.input)});
      }
    }
    for (const Known& known : searched_) {
      alike_[key_of(known.path)].push_back(&known);
    }
  }

  /// The copies among the photos.
  std::set<const FoundPhoto*> copies() {
    std::set<const FoundPhoto*> found;
    for (const auto& [key, group] : alike_) {
      for (const Known* known : group) {
        if (std::any_of(group.begin(), group.end(), [&](const Known* other) {
              return other != known && is_copy_of(known->path, other->path);
            })) {
          found.insert(known->photo);
        }
      }
    }
    return found;
  }

 private:
  using Key = std::pair<fs::path, std::uintmax_t>;  // name and size

  static Key key_of(const fs::path& path) {
    std::error_code error;
    return {path.filename(), fs::file_size(path, error)};
  }

  bool is_copy_of(const fs::path& photo, const fs::path& other) {
    const auto [own, others] = different_parts(photo, other);
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
    const bool holds =
        std::any_of(searched_.begin(), searched_.end(), [&folder](const Known& other) {
          return lies_in(other.path, folder) && is_marked(other.path);
        });
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

  std::vector<Known> searched_;
  std::map<Key, std::vector<const Known*>> alike_;
  std::map<fs::path, bool> holds_marked_;
};

}  // namespace

void leave_out_copies(SearchResult& result) {
  const std::set<const FoundPhoto*> copies = CopyFinder(result).copies();
  std::vector<FoundPhoto> photos;
  for (FoundPhoto& photo : result.photos) {
    if (copies.count(&photo) != 0) {
      result.left_out.push_back({photo.input, LeftOutReason::own_copy});
    } else {
      photos.push_back(std::move(photo));
    }
  }
  result.photos = std::move(photos);
}

}  // namespace demask::program
