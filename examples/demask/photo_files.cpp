// SPDX-License-Identifier: Apache-2.0
#include "photo_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "demask/synthetic_mark.hpp"
#include "exit_codes.hpp"
#include "file_names.hpp"
#include "output_guard.hpp"
#include "own_copies.hpp"
#include "standard_streams.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// The last `count` components of a path.
fs::path last_components(const fs::path& path, std::size_t count) {
  const fs::path relative = path.relative_path();
  const std::vector<fs::path> all(relative.begin(), relative.end());
  fs::path result;
  for (std::size_t i = all.size() - std::min(count, all.size()); i < all.size(); ++i) {
    result /= all[i];
  }
  return result;
}

/// Names each of several folders, given by their identities: by its last component or, where
/// folders share that, by as many more as tell them apart.
std::map<fs::path, fs::path> folder_names(const std::set<fs::path>& folders) {
  std::map<fs::path, fs::path> names;
  std::vector<fs::path> unnamed(folders.begin(), folders.end());
  for (std::size_t count = 1; !unnamed.empty(); ++count) {
    std::map<fs::path, std::vector<fs::path>> alike;
    for (const fs::path& folder : unnamed) {
      alike[last_components(folder, count)].push_back(folder);
    }
    unnamed.clear();
    for (const auto& [name, group] : alike) {
      if (group.size() == 1) {
        names[group.front()] = name;
      } else {
        unnamed.insert(unnamed.end(), group.begin(), group.end());
      }
    }
  }
  return names;
}

/// A file that the user names. The same file given twice is one photo.
void add_file(const fs::path& input, std::set<fs::path>& known, SearchResult& result) {
  if (known.insert(identity(input)).second) {
    const fs::path name = input == standard_stream ? fs::path("stdin") : input.filename();
    result.photos.push_back({input, name, false});
  }
}

SearchResult find_photos(const std::vector<fs::path>& inputs, const std::set<fs::path>& excluded) {
  std::set<fs::path> folders;
  for (const fs::path& input : inputs) {
    if (is_folder(input)) {
      folders.insert(identity(input));
    }
  }
  const std::map<fs::path, fs::path> names = folder_names(folders);
  SearchResult result;
  std::set<fs::path> files;
  for (const fs::path& input : inputs) {
    if (!is_folder(input)) {
      add_file(input, files, result);
    } else if (folders.erase(identity(input)) != 0) {
      // Several inputs may contain equal names, so each folder gets its own output folder.
      const fs::path prefix = inputs.size() > 1 ? names.at(identity(input)) : fs::path();
      search_folder(input, prefix, excluded, result);
    }
  }
  leave_out_copies(result);
  return result;
}

bool names_folder(const std::string& text) {
  return !text.empty() && (text.back() == '/' || is_folder(text));
}

void require_image_name(const std::string& name) {
  if (name.empty() || is_image_name(name)) {
    return;
  }
  if (is_standard_output(name)) {
    throw UsageError(
        fmt::format("{}: pictures are not written to standard output; name a file", name));
  }
  throw UsageError(
      fmt::format("{}: has no extension of an image format; use .jpg, .png, .webp, "
                  ".tif, .bmp, .heic or .avif, or end the name in / for a folder",
                  name));
}

/// The file beside an output whose name ends in `suffix`, before the extension.
fs::path beside(const fs::path& output, const std::string& suffix) {
  const std::string ending = suffix + output.extension().string();
  return output.parent_path() / fitting_name(output.stem().string(), ending);
}

/// Names the files of the variants.
void name_variants(PhotoJob& job, int variants) {
  for (int variant = 1; variant < variants; ++variant) {
    job.variants.push_back(beside(job.output, fmt::format("_variant{}", variant)));
  }
  if (variants > 1) {
    job.variant_sheet = beside(job.output, "_variants");
  }
}

fs::path with_png(const fs::path& label) {
  return label.parent_path() / fitting_name(label.filename().string(), ".png");
}

/// The name of a photo's output in the output folder.
fs::path output_name(const FoundPhoto& photo, const PhotoJob& job, bool keep_extension) {
  return keep_extension && is_image_name(photo.relative) ? photo.relative : with_png(job.label);
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

void check_outputs(const PhotoPlan& plan, const OutputRequest& request) {
  OutputGuard guard;
  for (const PhotoJob& job : plan.jobs) {
    guard.add_input(job.input);
  }
  guard.add_input(request.mask);
  for (const fs::path& reference : request.references) {
    guard.add_input(reference);
  }
  if (!is_standard_output(request.report)) {
    guard.claim(request.report, "the report");
    guard.claim(request.journal, "the report's journal");
  }
  if (!request.report_pictures.empty()) {
    guard.claim_folder(request.report_pictures, "the pictures of the report");
  }
  for (const PhotoJob& job : plan.jobs) {
    for (const fs::path& output : outputs_of(job)) {
      guard.claim(output, job.input.string());
    }
  }
}

/// The outputs of this call, which a search passes over.
std::set<fs::path> outputs_of(const OutputRequest& request, const PhotoPlan& plan) {
  std::set<fs::path> outputs;
  const auto add = [&outputs](const fs::path& path) {
    if (!path.empty()) {
      outputs.insert(identity(path));
    }
  };
  add(plan.to_folder ? request.output : "");
  add(plan.panels_to_folder ? request.panel : "");
  add(request.report);
  add(request.journal);
  add(request.report_pictures);
  return outputs;
}

/// Completes a job that has a label.
PhotoJob complete(PhotoJob job, const FoundPhoto& photo, const OutputRequest& request,
                  const PhotoPlan& plan) {
  job.input = photo.input;
  job.source = readable_file(photo.input);
  job.is_searched = photo.is_searched;
  if (!request.output.empty()) {
    job.output = request.output;
    if (plan.to_folder) {
      job.output /= output_name(photo, job, request.keep_extension);
    }
  }
  if (request.alternatives) {
    job.alternative = beside(job.output, "_alternative");
  }
  name_variants(job, request.variants);
  if (!request.panel.empty()) {
    job.panel = request.panel;
    if (plan.panels_to_folder) {
      job.panel /= with_png(job.label);
    }
  }
  return job;
}

}  // namespace

std::vector<fs::path> outputs_of(const PhotoJob& job) {
  std::vector<fs::path> outputs{job.output, job.alternative, job.variant_sheet, job.panel};
  outputs.insert(outputs.end(), job.variants.begin(), job.variants.end());
  outputs.erase(std::remove(outputs.begin(), outputs.end(), fs::path()), outputs.end());
  return outputs;
}

PhotoPlan plan_photos(const std::vector<fs::path>& inputs, const OutputRequest& request) {
  const bool is_single = inputs.size() == 1 && !is_folder(inputs.front());
  PhotoPlan plan;
  plan.to_folder = !request.output.empty() && (!is_single || names_folder(request.output));
  plan.panels_to_folder = !request.panel.empty() && (!is_single || names_folder(request.panel));
  require_image_name(plan.to_folder ? "" : request.output);
  require_image_name(plan.panels_to_folder ? "" : request.panel);
  SearchResult found = find_photos(inputs, outputs_of(request, plan));
  plan.failures = std::move(found.failures);
  plan.left_out = std::move(found.left_out);
  plan.jobs.resize(found.photos.size());
  set_labels(found.photos, plan.jobs);
  for (std::size_t i = 0; i < plan.jobs.size(); ++i) {
    plan.jobs[i] = complete(std::move(plan.jobs[i]), found.photos[i], request, plan);
  }
  check_outputs(plan, request);
  return plan;
}

std::vector<std::string> search_messages(const PhotoPlan& plan) {
  std::vector<std::string> lines;
  for (const SearchFailure& failure : plan.failures) {
    lines.push_back(fmt::format("demask: {}", failure.error.what()));
  }
  const std::vector<std::string> counts = describe(plan.left_out);
  lines.insert(lines.end(), counts.begin(), counts.end());
  return lines;
}

void require_photos(const PhotoPlan& plan, const std::vector<fs::path>& inputs) {
  if (plan.jobs.empty() && plan.failures.empty()) {
    throw UsageError(
        fmt::format("{}: contains no photo; name photos or folders with JPEG, PNG, "
                    "WebP, TIFF, BMP, HEIC or AVIF files",
                    inputs.front().string()));
  }
}

void protect_models(const PhotoPlan& plan, const OutputRequest& request, const fs::path& models) {
  if (models.empty()) {
    return;
  }
  const fs::path folder = identity(models);
  const auto protect = [&folder](const fs::path& path) {
    std::error_code error;
    if (!path.empty() && fs::exists(path, error) && lies_in(identity(path), folder)) {
      throw UsageError(
          fmt::format("{}: is in the folder of the models and would be overwritten; "
                      "name another output",
                      path.string()));
    }
  };
  protect(request.report);
  for (const PhotoJob& job : plan.jobs) {
    for (const fs::path& output : outputs_of(job)) {
      protect(output);
    }
  }
}

bool is_made_by_a_model(const PhotoJob& job) {
  if (!job.is_searched) {
    return false;
  }
  try {
    return is_marked_as_synthetic(job.source);
  } catch (const Error&) {
    return false;  // Reading the photo reports what is wrong with it.
  }
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
