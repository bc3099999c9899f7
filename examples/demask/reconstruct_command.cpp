// SPDX-License-Identifier: Apache-2.0
#include "reconstruct_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <future>
#include <mutex>
#include <new>
#include <opencv2/core/utility.hpp>
#include <optional>
#include <system_error>
#include <vector>

#include "exit_codes.hpp"
#include "face_files.hpp"
#include "interrupt_handler.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"
#include "journal.hpp"
#include "model_errors.hpp"
#include "own_pictures.hpp"
#include "panel.hpp"
#include "photo_files.hpp"
#include "programs/progress_line.hpp"
#include "reference_files.hpp"
#include "report.hpp"
#include "report_file.hpp"
#include "standard_streams.hpp"

namespace demask::program {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// Maximum number of photos in memory at once.
constexpr std::size_t max_photos_together = 8;

/// How the threads of a run are divided among its photos.
struct Division {
  std::size_t photos_together;
  int threads_each;
};

/// Prefers many photos with few threads each: a thread that works alone on a photo gets more done
/// than one of several, and while one photo is read or written, another is processed.
Division divide(int threads, std::size_t photos) {
  const auto all = static_cast<std::size_t>(threads);
  const std::size_t together =
      std::clamp<std::size_t>(photos, 1, std::min(all, max_photos_together));
  return {together, static_cast<int>(all / together)};
}

Error cancelled_error(const fs::path& photo) {
  return {ErrorCode::cancelled,
          fmt::format("{}: not processed (interrupted); run it again", photo.string())};
}

OutputRequest output_request(const ReconstructArguments& arguments) {
  OutputRequest request;
  request.output = arguments.output;
  request.panel = arguments.panel;
  request.report = arguments.report;
  if (is_file_report(arguments.report)) {
    request.journal = journal_of(arguments.report);
    request.report_pictures = pictures_folder(arguments.report);
  }
  request.mask = arguments.mask;
  request.references = arguments.references;
  request.alternatives = arguments.options.both_when_uncertain;
  request.variants = arguments.options.variants;
  return request;
}

/// Checks what can be checked before the first photo is read. @throws UsageError.
void check_arguments(const ReconstructArguments& arguments, const PhotoPlan& plan) {
  if (!arguments.mask.empty() && plan.jobs.size() > 1) {
    throw UsageError("--mask: belongs to one photo, and there are several; run them separately");
  }
  if (arguments.mask == standard_stream &&
      std::any_of(plan.jobs.begin(), plan.jobs.end(),
                  [](const PhotoJob& job) { return job.input == standard_stream; })) {
    throw UsageError("--mask: standard input is the photo already; name a file");
  }
  std::error_code error;
  if (fs::is_directory(arguments.report, error)) {
    throw UsageError(
        fmt::format("--json: {} is a folder; name a file in it", arguments.report.string()));
  }
  const fs::path folder = arguments.report.parent_path();
  if (!folder.empty() && !fs::is_directory(folder, error)) {
    throw UsageError(fmt::format("--json: there is no folder {}; create it", folder.string()));
  }
}

/// Copies a file whole or not at all, with its permissions. @throws Error unwritable_file.
void copy_whole_file(const fs::path& from, const fs::path& to) {
  io::write_whole_file(to, [&from](const fs::path& temporary) {
    fs::copy_file(from, temporary, fs::copy_options::overwrite_existing);
  });
}

/// Copies a photo, and its mark if that is in a file beside it.
/// @throws Error unwritable_file, unreadable_file.
void copy_photo(const fs::path& from, const fs::path& to) {
  if (io::has_marked_sidecar(from)) {
    io::write_with_marked_sidecar(to, [&] { copy_whole_file(from, to); });
  } else {
    copy_whole_file(from, to);
    io::remove_marked_sidecar(to);
  }
}

/// One run of the command over its photos.
class Run {
 public:
  Run(const ReconstructArguments& arguments, const ReconstructOptions& options, PhotoPlan plan)
      : arguments_(arguments),
        plan_(std::move(plan)),
        bundle_(arguments.model.open_bundle()),
        progress_(plan_.jobs.size()),
        options_(options),
        has_pictures_(is_file_report(arguments.report)),
        journal_(has_pictures_ ? arguments.report : fs::path(), arguments.resume),
        division_(divide_what_is_left()),
        reconstructor_(bundle_, runtime()),
        has_failed_(!plan_.failures.empty()) {
    options_.cancelled = is_interrupted;
    choose_quality(arguments.quality, reconstructor_, options_);
    protect_models(plan_, output_request(arguments), bundle_.folder());
  }

  int run() {
    for (json& entry : attempt_all()) {
      if (!entry.is_null()) {
        entries_.push_back(std::move(entry));
      }
    }
    std::sort(made_by_models_.begin(), made_by_models_.end(),
              [](const LeftOut& a, const LeftOut& b) { return a.path < b.path; });
    for (const std::string& line : describe(made_by_models_)) {
      progress_.message(line);
    }
    if (!arguments_.report.empty()) {
      add_search(entries_);
      write_report(arguments_.report, document(std::move(entries_), left_out(), bundle_));
      journal_.finish();
    }
    if (is_interrupted()) {
      return ExitCode::interrupted;
    }
    return has_failed_ ? ExitCode::some_failed : ExitCode::all_done;
  }

 private:
  Division divide_what_is_left() {
    if (arguments_.resume) {
      leave_out_done();
    }
    return divide(arguments_.model.threads, plan_.jobs.size());
  }

  /// Skips what an earlier run finished. With a report, a photo without an entry is not finished.
  void leave_out_done() {
    std::vector<PhotoJob> left;
    for (PhotoJob& job : plan_.jobs) {
      std::optional<json> entry = journal_.find(job);
      if (is_done(job) && (arguments_.report.empty() || entry)) {
        if (entry) {
          entries_.push_back(std::move(*entry));
        }
        progress_.advance();
      } else {
        remove_leftovers(job);
        left.push_back(std::move(job));
      }
    }
    plan_.jobs = std::move(left);
  }

  RuntimeOptions runtime() const {
    RuntimeOptions options = arguments_.model.runtime();
    options.threads = division_.threads_each;
    return options;
  }

  /// Adds an entry for everything that could not be read in the folders.
  void add_search(json& entries) const {
    for (const SearchFailure& failure : plan_.failures) {
      entries.push_back(failed_entry(failure.path, failure.error));
    }
  }

  std::vector<LeftOut> left_out() const {
    std::vector<LeftOut> all = plan_.left_out;
    all.insert(all.end(), made_by_models_.begin(), made_by_models_.end());
    return all;
  }

  /// Entries of the report, in the order of the jobs; null for photos that were left out.
  std::vector<json> attempt_all() {
    std::vector<json> entries(plan_.jobs.size());
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      try {
        for (std::size_t i = next++; i < entries.size(); i = next++) {
          entries[i] = attempt(plan_.jobs[i]);
          progress_.advance();
        }
      } catch (...) {
        next = entries.size();
        throw;
      }
    };
    // OpenCV's own threads would take cores from the other photos.
    if (division_.photos_together > 1) {
      cv::setNumThreads(1);
    }
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < division_.photos_together; ++i) {
      others.push_back(std::async(std::launch::async, work));
    }
    work();
    for (std::future<void>& other : others) {
      other.get();
    }
    return entries;
  }

  /// Processes a photo and returns its entry in the report, which may describe a failure.
  json attempt(const PhotoJob& job) {
    try {
      if (is_interrupted()) {
        throw cancelled_error(job.input);
      }
      progress_.show(job.input.string());
      if (is_made_by_a_model(job)) {
        const std::lock_guard lock(mutex_);
        made_by_models_.push_back({job.input, LeftOutReason::synthetic});
        return nullptr;
      }
      return process(job, read_image(job.source, options_.max_pixels));
    } catch (const Error& error) {
      return failure(job, error);
    } catch (const std::bad_alloc&) {
      return failure(job, {ErrorCode::out_of_memory,
                           "there is not enough memory for the photo; shrink it, or give fewer "
                           "--threads, because that many photos are processed at once"});
    }
  }

  json failure(const PhotoJob& job, const Error& error) {
    has_failed_ = true;
    const std::string name = job.input.string();
    std::string text = error.what();
    if (job.source != job.input) {
      text = with_stream_name(text, job.source);
    }
    const bool is_named = text.find(name) != std::string::npos;
    progress_.message(fmt::format("demask: {}{}", is_named ? "" : name + ": ", text));
    return failed_entry(job.input, Error(error.code(), text));
  }

  json process(const PhotoJob& job, const Image& image) {
    ReconstructOptions options = options_;
    options.progress = [this, &job](const Progress& progress) {
      const bool searches =
          progress.step == PipelineStep::inpaint && options_.quality == Quality::best;
      progress_.show(fmt::format(
          "{}: {}{}", job.input.string(), to_string(progress.step),
          searches ? fmt::format(" {} of {}", progress.done, progress.total) : std::string()));
    };
    Image mask;
    if (!arguments_.mask.empty()) {
      mask = convert(read_image(readable_file(arguments_.mask), options.max_pixels),
                     PixelFormat::gray);
      options.mask = mask;
    }
    const Result result = with_models([&] { return reconstructor_.reconstruct(image, options); });

    // The photo is written last: if it exists, so does everything that belongs to it.
    std::vector<FaceFiles> files;
    if (has_pictures_) {
      files = write_face_files(result, arguments_.report, job.label);
    }
    write_panel(job, image, result);
    explain_untouched(job, result);
    for (const std::string& line : reference_messages(job.input.string(), result)) {
      progress_.message(line);
    }
    json entry = photo_entry(job, result, files);
    journal_.add(entry);
    write_photos(job, result);
    return entry;
  }

  /// Says why a photo stays as it is.
  void explain_untouched(const PhotoJob& job, const Result& result) {
    if (any_reconstructed(result)) {
      return;
    }
    std::string text = job.input.string() + ": unchanged";
    for (const FaceResult& face : result.faces) {
      text += fmt::format("; {}: {}", to_string(face.status), face.reason);
    }
    progress_.message(result.faces.empty() ? text + "; no face was found" : text);
  }

  void write_panel(const PhotoJob& job, const Image& image, const Result& result) const {
    if (job.panel.empty()) {
      return;
    }
    if (plan_.panels_to_folder) {
      make_folder(job.panel.parent_path());
    }
    const Image panel = draw_panel(image, result);
    if (any_reconstructed(result)) {
      EncodeOptions encoding;
      encoding.synthetic = true;
      write_image(job.panel, panel, encoding);
    } else {
      write_own_picture(job.panel, panel);
    }
  }

  void write_photos(const PhotoJob& job, const Result& result) {
    if (plan_.to_folder) {
      make_folder(job.output.parent_path());
    }
    // A pipe can be read only once.
    const bool is_rereadable = fs::is_regular_file(job.source);
    if (!any_reconstructed(result) && is_rereadable &&
        job.input.extension() == job.output.extension()) {
      copy_photo(job.input, job.output);
      return;
    }
    EncodeOptions encoding;
    encoding.jpeg_quality = arguments_.jpeg_quality;
    encoding.synthetic = any_reconstructed(result);
    encoding.on_warning = [this](const std::string& warning) {
      progress_.message("demask: " + warning);
    };
    if (is_rereadable) {
      encoding.metadata_source = job.source;
      encoding.pixel_source = job.source;
      encoding.changed = result.changed;
    }
    if (!result.alternative_photo.empty() && !job.alternative.empty()) {
      write_image(job.alternative, result.alternative_photo, encoding);
    }
    write_variants(job, result, encoding);
    write_image(job.output, result.photo, encoding);
  }

  void write_variants(const PhotoJob& job, const Result& result,
                      const EncodeOptions& encoding) const {
    if (result.variant_photos.empty()) {
      return;
    }
    for (std::size_t i = 0; i < job.variants.size(); ++i) {
      write_image(job.variants[i], result.variant_photos[i + 1], encoding);
    }
    write_image(job.variant_sheet, draw_variant_sheet(result), encoding);
  }

  const ReconstructArguments& arguments_;
  PhotoPlan plan_;
  ModelBundle bundle_;
  programs::ProgressLine progress_;
  ReconstructOptions options_;
  json entries_ = json::array();
  std::mutex mutex_;
  std::vector<LeftOut> made_by_models_;
  bool has_pictures_;  // Masks and aligned faces are written beside the report.
  Journal journal_;
  Division division_;
  FaceReconstructor reconstructor_;
  std::atomic<bool> has_failed_;
};

}  // namespace

int run_reconstruct(const ReconstructArguments& arguments) {
  PhotoPlan plan = plan_photos(arguments.photos, output_request(arguments));
  for (const std::string& line : search_messages(plan)) {
    std::fputs((line + "\n").c_str(), stderr);
  }
  require_photos(plan, arguments.photos);
  check_arguments(arguments, plan);
  ReconstructOptions options = arguments.options;
  select_faces(arguments.faces, options);
  const ReferenceFiles references(arguments.references, options.max_pixels);
  references.add_to(options);
  const InterruptHandler handler;
  return Run(arguments, options, std::move(plan)).run();
}

}  // namespace demask::program
