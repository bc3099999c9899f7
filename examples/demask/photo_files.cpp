// SPDX-License-Identifier: Apache-2.0
#include "photo_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>
#include <system_error>

#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "exit_codes.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

/// A photo, and its path relative to the folder that it was found in.
struct FoundPhoto {
  fs::path input;
  fs::path relative;
};

/// Returns one name for a file, whichever path leads to it.
fs::path identity(const fs::path& path) {
  std::error_code error;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path), error);
  return error ? fs::absolute(path).lexically_normal() : whole;
}

bool is_hidden(const fs::path& path) { return path.filename().string().rfind('.', 0) == 0; }

std::vector<FoundPhoto> search(const fs::path& folder, const fs::path& prefix,
                               const fs::path& excluded) {
  std::vector<FoundPhoto> found;
  try {
    for (auto entry = fs::recursive_directory_iterator(folder);
         entry != fs::recursive_directory_iterator(); ++entry) {
      if (entry->is_directory()) {
        const bool is_excluded = !excluded.empty() && identity(entry->path()) == excluded;
        if (is_hidden(entry->path()) || is_excluded) {
          entry.disable_recursion_pending();
        }
      } else if (entry->is_regular_file() && !is_hidden(entry->path()) &&
                 is_image_name(entry->path())) {
        found.push_back({entry->path(), prefix / entry->path().lexically_relative(folder)});
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw UsageError(fmt::format("{}: cannot be searched ({}); check its permissions",
                                 folder.string(), error.code().message()));
  }
  std::sort(found.begin(), found.end(),
            [](const FoundPhoto& a, const FoundPhoto& b) { return a.relative < b.relative; });
  return found;
}

std::vector<FoundPhoto> find_photos(const std::vector<fs::path>& inputs, const fs::path& excluded) {
  std::vector<FoundPhoto> photos;
  for (const fs::path& input : inputs) {
    std::error_code error;
    if (!fs::is_directory(input, error)) {
      photos.push_back({input, input.filename()});
      continue;
    }
    // Several input folders may contain equal names, so each gets its own output folder.
    const fs::path prefix = inputs.size() > 1 ? identity(input).filename() : fs::path();
    const std::vector<FoundPhoto> found = search(input, prefix, excluded);
    photos.insert(photos.end(), found.begin(), found.end());
  }
  if (photos.empty()) {
    throw UsageError(
        fmt::format("{}: contains no photo; name photos or folders with JPEG, PNG, "
                    "WebP, TIFF or BMP files",
                    inputs.front().string()));
  }
  return photos;
}

bool names_folder(const std::string& text) {
  std::error_code error;
  return !text.empty() && (text.back() == '/' || fs::is_directory(text, error));
}

void require_image_name(const std::string& name) {
  if (name.empty() || is_image_name(name)) {
    return;
  }
  throw UsageError(
      fmt::format("{}: has no extension of an image format; use .jpg, .png, .webp, "
                  ".tif or .bmp, or end the name in / for a folder",
                  name));
}

fs::path with_suffix(const fs::path& path, const std::string& suffix) {
  return path.parent_path() / (path.stem().string() + suffix + path.extension().string());
}

fs::path output_name(const fs::path& relative, bool keep_extension) {
  if (keep_extension && is_image_name(relative)) {
    return relative;
  }
  return fs::path(relative).replace_extension(".png");
}

void set_labels(const std::vector<FoundPhoto>& photos, std::vector<PhotoJob>& jobs) {
  std::map<fs::path, int> stems;
  for (const FoundPhoto& photo : photos) {
    ++stems[fs::path(photo.relative).replace_extension()];
  }
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const fs::path stem = fs::path(photos[i].relative).replace_extension();
    jobs[i].label = stems[stem] == 1 ? stem : photos[i].relative;
  }
}

/// Refuses two outputs with equal names, and outputs that would overwrite an input.
class OutputGuard {
 public:
  explicit OutputGuard(const std::vector<PhotoJob>& jobs) {
    for (const PhotoJob& job : jobs) {
      inputs_.insert(identity(job.input));
    }
  }

  void claim(const fs::path& path, const std::string& owner) {
    if (path.empty()) {
      return;
    }
    const fs::path name = identity(path);
    if (inputs_.count(name) != 0) {
      throw UsageError(fmt::format("{}: is an input and would be overwritten; name another output",
                                   path.string()));
    }
    const auto [earlier, is_free] = owners_.emplace(name, owner);
    if (!is_free) {
      throw UsageError(
          fmt::format("{}: would be written for {} and for {}; rename one of them or "
                      "run them separately",
                      path.string(), earlier->second, owner));
    }
  }

 private:
  std::set<fs::path> inputs_;
  std::map<fs::path, std::string> owners_;
};

void check_outputs(const PhotoPlan& plan, const fs::path& report) {
  OutputGuard guard(plan.jobs);
  guard.claim(report, "the report");
  for (const PhotoJob& job : plan.jobs) {
    for (const fs::path& output : outputs_of(job)) {
      guard.claim(output, job.input.string());
    }
  }
}

/// Names the files of the variants.
void name_variants(PhotoJob& job, int variants) {
  for (int variant = 1; variant < variants; ++variant) {
    job.variants.push_back(with_suffix(job.output, fmt::format("_variant{}", variant)));
  }
  if (variants > 1) {
    job.variant_sheet = with_suffix(job.output, "_variants");
  }
}

}  // namespace

std::vector<fs::path> outputs_of(const PhotoJob& job) {
  std::vector<fs::path> outputs{job.output, job.alternative, job.variant_sheet, job.panel};
  outputs.insert(outputs.end(), job.variants.begin(), job.variants.end());
  outputs.erase(std::remove(outputs.begin(), outputs.end(), fs::path()), outputs.end());
  return outputs;
}

PhotoPlan plan_photos(const std::vector<fs::path>& inputs, const OutputRequest& request) {
  std::error_code error;
  const bool is_single = inputs.size() == 1 && !fs::is_directory(inputs.front(), error);
  PhotoPlan plan;
  plan.to_folder = !request.output.empty() && (!is_single || names_folder(request.output));
  const bool panel_to_folder = !is_single || names_folder(request.panel);
  if (!plan.to_folder) {
    require_image_name(request.output);
  }
  if (!panel_to_folder) {
    require_image_name(request.panel);
  }
  const fs::path excluded = plan.to_folder ? identity(fs::path(request.output) / "") : fs::path();
  const std::vector<FoundPhoto> photos =
      find_photos(inputs, excluded.has_filename() ? excluded : excluded.parent_path());
  plan.jobs.resize(photos.size());
  set_labels(photos, plan.jobs);
  for (std::size_t i = 0; i < photos.size(); ++i) {
    PhotoJob& job = plan.jobs[i];
    job.input = photos[i].input;
    if (!request.output.empty()) {
      job.output = plan.to_folder ? fs::path(request.output) /
                                        output_name(photos[i].relative, request.keep_extension)
                                  : fs::path(request.output);
    }
    if (request.alternatives) {
      job.alternative = with_suffix(job.output, "_alternative");
    }
    name_variants(job, request.variants);
    if (!request.panel.empty()) {
      job.panel = panel_to_folder ? fs::path(request.panel) / (job.label.string() + ".png")
                                  : fs::path(request.panel);
    }
  }
  check_outputs(plan, request.report);
  return plan;
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) {
    throw Error(
        ErrorCode::unwritable_file,
        fmt::format("{}: cannot be made ({}); check that the folder above it exists and may "
                    "be written to",
                    folder.string(), error.message()));
  }
}

}  // namespace demask::program
