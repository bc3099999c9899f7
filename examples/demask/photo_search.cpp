// SPDX-License-Identifier: Apache-2.0
#include "photo_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "demask/image_io.hpp"
#include "file_names.hpp"
#include "own_pictures.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) { return path.filename().native().rfind('.', 0) == 0; }

/// Whether a file is the XMP file beside a photo.
bool is_sidecar(const fs::path& path) {
  return path.extension() == ".xmp" && is_image_name(path.stem());
}

/// Searches one folder; a stack of folders takes the place of recursion.
class Search {
 public:
  Search(const fs::path& folder, const std::set<fs::path>& excluded)
      : excluded_(excluded), folders_{folder} {
    for (const fs::path& path : excluded) {
      excluded_names_.insert(path.filename());
    }
  }

  SearchResult run() {
    while (!folders_.empty()) {
      const fs::path folder = std::move(folders_.back());
      folders_.pop_back();
      list(folder);
    }
    return std::move(result_);
  }

 private:
  void list(const fs::path& folder) {
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    while (!error && entry != fs::directory_iterator()) {
      take(*entry);
      entry.increment(error);
    }
    if (error) {
      fail(folder, "cannot be searched", error.message(), "check its permissions");
    }
  }

  void take(const fs::directory_entry& entry) {
    const fs::path& path = entry.path();
    if (is_excluded(path)) {
      return;
    }
    std::error_code error;
    const fs::file_type type = entry.status(error).type();
    if (type == fs::file_type::directory) {
      take_folder(entry);
    } else if (is_hidden(path)) {
      if (is_image_name(path)) {
        leave_out(path, LeftOutReason::hidden);
      }
    } else if (type == fs::file_type::not_found || type == fs::file_type::none) {
      const std::string reason = error ? error.message() : "it leads to no file";
      fail(path, "cannot be read", reason, "check the link or the disk");
    } else {
      take_file(path, type);
    }
  }

  void take_folder(const fs::directory_entry& entry) {
    std::error_code error;
    if (entry.is_symlink(error)) {
      leave_out(entry.path(), LeftOutReason::folder_link);
    } else if (!is_hidden(entry.path())) {
      folders_.push_back(entry.path());
    }
  }

  void take_file(const fs::path& path, fs::file_type type) {
    if (!is_image_name(path)) {
      if (!is_sidecar(path)) {
        leave_out(path, LeftOutReason::type);
      }
    } else if (type != fs::file_type::regular) {
      fail(path, "cannot be read", "it is a pipe, a socket or a device",
           "name it by itself to read from it");
    } else if (is_own_picture(path)) {
      leave_out(path, LeftOutReason::own_picture);
    } else {
      result_.photos.push_back({path, {}, true});
    }
  }

  bool is_excluded(const fs::path& path) const {
    return excluded_names_.count(path.filename()) != 0 && excluded_.count(identity(path)) != 0;
  }

  void leave_out(const fs::path& path, LeftOutReason reason) {
    result_.left_out.push_back({path, reason});
  }

  void fail(const fs::path& path, const char* what, const std::string& reason, const char* remedy) {
    result_.failures.push_back(
        {path, Error(ErrorCode::unreadable_file,
                     fmt::format("{}: {} ({}); {}", path.string(), what, reason, remedy))});
  }

  const std::set<fs::path>& excluded_;
  std::set<fs::path> excluded_names_;
  std::vector<fs::path> folders_;
  SearchResult result_;
};

/// Moves sorted items to the end of a list.
template <typename Item, typename Path>
void append_sorted(std::vector<Item> from, std::vector<Item>& to, const Path& path) {
  std::sort(from.begin(), from.end(),
            [&path](const Item& a, const Item& b) { return path(a) < path(b); });
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

/// What a line about files left out says, for one file and for several.
struct Phrases {
  LeftOutReason reason;
  const char* one;
  const char* several;
  const char* rest;
};

constexpr std::array<Phrases, 6> phrases = {{
    {LeftOutReason::type, "file left out", "files left out",
     ", of types that demask does not read"},
    {LeftOutReason::hidden, "hidden photo left out", "hidden photos left out", ""},
    {LeftOutReason::folder_link, "link to a folder not followed", "links to folders not followed",
     ""},
    {LeftOutReason::own_picture, "picture left out", "pictures left out",
     ", made by demask to explain other photos"},
    {LeftOutReason::own_copy, "photo left out", "photos left out",
     ", copied by demask from other photos"},
    {LeftOutReason::synthetic, "photo left out", "photos left out",
     ", marked as partly painted by a model; name a photo to process it"},
}};

/// Whether a name is that of a picture or a video: such files are missed most.
bool is_visual(const fs::path& path) {
  static const std::set<std::string> extensions = {
      ".heic", ".heif", ".hif", ".avif", ".gif", ".jxl", ".jp2", ".psd", ".cr2", ".cr3", ".nef",
      ".arw",  ".dng",  ".raf", ".orf",  ".rw2", ".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm"};
  return extensions.count(lower_extension(path)) != 0;
}

std::string describe(const Phrases& words, std::vector<std::string> names) {
  constexpr std::size_t max_names = 5;
  const std::size_t count = names.size();
  const bool is_cut = count > max_names;
  names.resize(std::min(count, max_names));
  return fmt::format("demask: {} {}{}: {}{}", count, count == 1 ? words.one : words.several,
                     words.rest, fmt::join(names, ", "),
                     is_cut ? fmt::format(" and {} more", count - max_names) : "");
}

}  // namespace

void search_folder(const fs::path& folder, const fs::path& prefix,
                   const std::set<fs::path>& excluded, SearchResult& result) {
  SearchResult found = Search(folder, excluded).run();
  for (FoundPhoto& photo : found.photos) {
    photo.relative = prefix / photo.input.lexically_relative(folder);
  }
  append_sorted(std::move(found.photos), result.photos,
                [](const FoundPhoto& photo) { return photo.relative; });
  append_sorted(std::move(found.failures), result.failures,
                [](const SearchFailure& failure) { return failure.path; });
  append_sorted(std::move(found.left_out), result.left_out,
                [](const LeftOut& file) { return file.path; });
}

std::vector<std::string> describe(const std::vector<LeftOut>& left_out) {
  std::vector<std::string> lines;
  for (const Phrases& words : phrases) {
    std::vector<std::string> names;
    std::vector<std::string> others;
    for (const LeftOut& file : left_out) {
      if (file.reason == words.reason) {
        (is_visual(file.path) ? names : others).push_back(file.path.string());
      }
    }
    names.insert(names.end(), others.begin(), others.end());
    if (!names.empty()) {
      lines.push_back(describe(words, std::move(names)));
    }
  }
  return lines;
}

const char* to_string(LeftOutReason reason) {
  switch (reason) {
    case LeftOutReason::type:
      return "type";
    case LeftOutReason::hidden:
      return "hidden";
    case LeftOutReason::folder_link:
      return "folder_link";
    case LeftOutReason::own_picture:
      return "own_picture";
    case LeftOutReason::own_copy:
      return "own_copy";
    case LeftOutReason::synthetic:
      return "synthetic";
  }
  return "type";
}

}  // namespace demask::program
