// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <regex>

#include "exit_codes.hpp"
#include "programs/processors.hpp"

namespace demask::program {
namespace {

/// A transformer from names to enum values that lists the names in help and errors.
template <typename Enum>
CLI::CheckedTransformer one_of(const std::map<std::string, Enum>& names) {
  return CLI::CheckedTransformer(names, CLI::ignore_case);
}

void add_photos(CLI::App& command, std::vector<std::filesystem::path>& photos, const char* what) {
  command.add_option("PHOTO", photos, what)->required()->type_name("");
}

void add_max_pixels(CLI::App& command, std::int64_t& max_pixels) {
  command.add_option("--max-pixels", max_pixels, "Refuse photos with more pixels than this")
      ->capture_default_str()
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 30U))
      ->type_name("N");
}

void add_threshold(CLI::App& command, const char* name, std::optional<float>& value,
                   const char* what) {
  command.add_option(name, value, what)->check(CLI::Range(0.0F, 1.0F))->type_name("F");
}

/// Turns the name of a quality into its value, or says what is wrong with it.
CLI::Validator quality_of(const std::map<std::string, Quality>& names) {
  return CLI::Validator(
      [names](std::string& text) -> std::string {
        const auto found = names.find(CLI::detail::to_lower(text));
        if (found != names.end()) {
          text = std::to_string(static_cast<int>(found->second));
          return "";
        }
        const bool is_number = text.find_first_not_of("0123456789") == std::string::npos;
        return fmt::format("{} is not a quality; give {}{}", text,
                           names.size() == 2 ? "fast or fine" : "fast, fine or best",
                           is_number ? ", or --jpeg-quality for that of the files" : "");
      },
      "");
}

/// Options of how carefully photos are painted.
void add_quality_options(CLI::App& command, ReconstructArguments& arguments) {
  SearchOptions& search = arguments.options.search;
  command
      .add_option("--quality", arguments.quality,
                  "How carefully faces are painted: fast, fine (default) or best, which takes "
                  "seconds for each face")
      ->transform(
          quality_of({{"fast", Quality::fast}, {"fine", Quality::fine}, {"best", Quality::best}}))
      ->type_name("NAME");
  command.add_option("--search-steps", search.steps, "Steps of the search of --quality best")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000))
      ->type_name("N");
  command
      .add_option("--search-seconds", search.seconds,
                  "End the search for a face after this time; 0 for no limit")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 1e9))
      ->type_name("S");
}

/// Options of several answers for each photo.
void add_variant_options(CLI::App& command, ReconstructOptions& options) {
  command
      .add_option("--variants", options.variants,
                  "Plausible faces for each masked face, 1 to 16: also write OUT_variant1..., and "
                  "all of them side by side as OUT_variants")
      ->capture_default_str()
      ->check(CLI::Range(1, 16))
      ->type_name("N");
  command
      .add_option("--diversity", options.diversity,
                  "How much the variants differ, 0 to 1: at 1 as faces with equal visible parts do")
      ->capture_default_str()
      ->check(CLI::Range(0.0F, 1.0F))
      ->type_name("F");
  command.add_option("--seed", options.seed, "Equal seeds give equal variants")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
}

void add_references(CLI::App& command, std::vector<std::filesystem::path>& references) {
  command
      .add_option("--reference", references,
                  "A photo of the same person without a mask, from which the likeness of the "
                  "largest masked face is taken; may be given up to 4 times")
      ->type_name("PHOTO")
      ->type_size(1)
      ->allow_extra_args(false);
}

/// Options that say what is done with the faces, for photos and videos.
void add_face_options(CLI::App& command, ReconstructOptions& options, std::string& faces) {
  command.add_option("--gender", options.gender, "Which generator paints: auto, female or male")
      ->transform(one_of<GenderChoice>({{"auto", GenderChoice::automatic},
                                        {"female", GenderChoice::female},
                                        {"male", GenderChoice::male}}))
      ->type_name("NAME");
  command
      .add_option("--blend", options.blend,
                  "How the face is joined to the photo: feather, poisson or none")
      ->transform(one_of<BlendMode>({{"feather", BlendMode::feather},
                                     {"poisson", BlendMode::poisson},
                                     {"none", BlendMode::none}}))
      ->type_name("NAME");
  command
      .add_option("--expression", options.expression,
                  "The expression of the painted faces: as_found, neutral, smile or open_mouth")
      ->transform(one_of<Expression>({{"as_found", Expression::as_found},
                                      {"neutral", Expression::neutral},
                                      {"smile", Expression::smile},
                                      {"open_mouth", Expression::open_mouth}}))
      ->type_name("NAME");
  command
      .add_option("--dilation", options.mask_dilation,
                  "How far the mask is grown, as a fraction of the face, 0 to 0.25")
      ->capture_default_str()
      ->check(CLI::Range(0.0F, 0.25F))
      ->type_name("F");
  command.add_option("--faces", faces, "Which faces: all, largest, or an index from 0")
      ->capture_default_str()
      ->type_name("WHICH");
  add_threshold(command, "--threshold", options.detection_threshold,
                "Minimum detection score, 0 to 1 (default: the model's)");
  add_threshold(command, "--mask-threshold", options.segmentation_threshold,
                "Minimum probability of a mask pixel, 0 to 1 (default: the model's)");
  add_threshold(command, "--landmark-threshold", options.min_landmark_confidence,
                "Minimum mean confidence of a face's landmarks, 0 to 1 (default: the model's)");
  command
      .add_option("--min-face", options.min_face_size,
                  "Smallest face to look for: pixels, or below 1 a fraction of the photo's longer "
                  "side")
      ->capture_default_str()
      ->check(CLI::Range(0.0F, 1e9F))
      ->type_name("SIZE");
}

/// Returns what is wrong with the name of a device; empty if it is valid.
std::string is_device(const std::string& name) {
  static const std::regex known("cpu|cuda(:[0-9]{1,3})?");
  return std::regex_match(name, known) ? "" : name + " is not a device; give cpu, cuda or cuda:N";
}

/// Reads `all` or `largest` into the selection, or returns the index. @throws UsageError.
std::optional<int> read_choice(const std::string& text, ReconstructOptions& options) {
  options.selection = text == "largest" ? FaceSelection::largest : FaceSelection::all;
  if (text == "all" || text == "largest") {
    return std::nullopt;
  }
  int index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size() || index < 0) {
    throw UsageError(
        fmt::format("--faces: {} is not a choice; give all, largest or an index from 0", text));
  }
  return index;
}

}  // namespace

ModelBundle ModelOptions::open_bundle() const {
  try {
    const ModelBundle bundle =
        models.empty() ? ModelBundle::find_default() : ModelBundle::open(models);
    return bundle.with_variant(variant);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::invalid_argument) {
      throw UsageError(error.what());
    }
    throw BundleError(error.what());
  }
}

void add_model_options(CLI::App& command, ModelOptions& options) {
  options.threads = programs::available_processors();
  command.add_option("--models", options.models, "Folder of a model bundle")->type_name("DIR");
  command.add_option("--device", options.device, "cpu, cuda or cuda:N")
      ->capture_default_str()
      ->check(is_device)
      ->type_name("NAME");
  command.add_option("--dtype", options.dtype, "Number format of the networks: fp32 or bf16")
      ->transform(one_of<DType>({{"fp32", DType::fp32}, {"bf16", DType::bf16}}))
      ->type_name("NAME");
  command
      .add_option("--threads", options.threads,
                  "Threads to run the networks with (default: the processors that are available)")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024))
      ->type_name("N");
}

namespace {

/// Options that say where a reconstruction is written.
void add_output_options(CLI::App& command, ReconstructArguments& arguments) {
  command
      .add_option("-o,--output", arguments.output,
                  "File to write, or a folder: for many photos, or if it ends in /")
      ->required()
      ->type_name("OUT");
  command.add_flag("--resume", arguments.resume,
                   "Continue a run that was cut off: skip photos whose output exists");
  command
      .add_option("--json", arguments.report,
                  "Write a report as JSON, with the masks beside it; - prints it without them")
      ->type_name("REPORT");
  command
      .add_option("--panel", arguments.panel,
                  "Draw input, mask, landmarks and result side by side; a folder for many photos")
      ->type_name("PNG");
  command
      .add_option("--jpeg-quality", arguments.jpeg_quality,
                  "Quality of JPEG, WebP, HEIC and AVIF files, 1 to 100")
      ->capture_default_str()
      ->check(CLI::Range(1, 100))
      ->type_name("N");
}

void add_mask_options(CLI::App& command, ReconstructArguments& arguments) {
  CLI::Option* mask =
      command
          .add_option("--mask", arguments.mask,
                      "Gray image of the photo's size; pixels of level 128 or more are masked")
          ->type_name("PNG");
  command
      .add_flag("--mask-inverted", arguments.options.mask_inverted,
                "In --mask, pixels below level 128 are masked")
      ->needs(mask);
}

}  // namespace

void add_reconstruct_options(CLI::App& command, ReconstructArguments& arguments) {
  ReconstructOptions& options = arguments.options;
  add_photos(command, arguments.photos,
             "Photos, folders that are searched for photos, or - for standard input");
  add_output_options(command, arguments);
  add_face_options(command, options, arguments.faces);
  add_quality_options(command, arguments);
  add_variant_options(command, options);
  add_references(command, arguments.references);
  command.add_flag("--both", options.both_when_uncertain,
                   "If the gender is uncertain, also write OUT_alternative by the other "
                   "generator");
  add_mask_options(command, arguments);
  command
      .add_option("--variant", arguments.model.variant,
                  "Set of inpainters of the bundle (see demask models)")
      ->type_name("NAME");
  add_max_pixels(command, options.max_pixels);
  add_model_options(command, arguments.model);
}

namespace {

void add_video_mode_options(CLI::App& command, VideoModeArguments& arguments) {
  add_face_options(command, arguments.options.reconstruct, arguments.faces);
  add_references(command, arguments.references);
  command
      .add_option("--quality", arguments.quality,
                  "How carefully faces are painted: fast (default) or fine, which is slower")
      ->transform(quality_of({{"fast", Quality::fast}, {"fine", Quality::fine}}))
      ->type_name("NAME");
  command
      .add_option("--detect-every", arguments.options.detect_interval,
                  "Search for new faces every N frames; in between, known faces are tracked")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  add_model_options(command, arguments.model);
}

}  // namespace

void add_video_options(CLI::App& command, VideoArguments& arguments) {
  command.add_option("VIDEO", arguments.input, "Video file")->required()->type_name("");
  command
      .add_option("-o,--output", arguments.output,
                  "Video to write (.mp4, .m4v, .mov, .mkv, .webm or .avi)")
      ->required()
      ->type_name("OUT");
  add_video_mode_options(command, arguments);
}

void add_camera_options(CLI::App& command, CameraArguments& arguments) {
  command.add_option("--camera", arguments.camera, "Number of the camera")
      ->capture_default_str()
      ->check(CLI::Range(0, 1000))
      ->type_name("N");
  add_video_mode_options(command, arguments);
}

void add_stage_options(CLI::App& command, StageArguments& arguments) {
  add_photos(command, arguments.photos,
             "Photos, folders that are searched for photos, or - for standard input");
  add_threshold(command, "--threshold", arguments.threshold,
                "Minimum detection score, 0 to 1 (default: the model's)");
  command
      .add_option("--min-face", arguments.min_face_size,
                  "Smallest face to look for: pixels, or below 1 a fraction of the photo's longer "
                  "side")
      ->capture_default_str()
      ->check(CLI::Range(0.0F, 1e9F))
      ->type_name("SIZE");
  add_max_pixels(command, arguments.max_pixels);
  add_model_options(command, arguments.model);
}

void add_segment_options(CLI::App& command, StageArguments& arguments) {
  add_stage_options(command, arguments);
  command
      .add_option("-o,--output", arguments.output,
                  "Write the masks as a gray image or, for many photos, into a folder")
      ->type_name("OUT");
  add_threshold(command, "--mask-threshold", arguments.mask_threshold,
                "Minimum probability of a mask pixel, 0 to 1 (default: the model's)");
}

void add_studio_options(CLI::App& command, StudioArguments& arguments) {
  command
      .add_option("--port", arguments.port,
                  "Port on this computer's loopback address; 0 for any that is free")
      ->capture_default_str()
      ->check(CLI::Range(0, 65535))
      ->type_name("N");
  add_max_pixels(command, arguments.max_pixels);
  add_model_options(command, arguments.model);
}

void add_models_options(CLI::App& command, ModelsArguments& arguments) {
  command.add_option("--models", arguments.models, "Folder of a model bundle")->type_name("DIR");
  command.add_flag("--json", arguments.as_json, "Print JSON");
  command.add_flag("--verify", arguments.verify, "Also check the SHA-256 of every file");
}

void choose_quality(const std::optional<Quality>& given, const FaceReconstructor& reconstructor,
                    ReconstructOptions& options) {
  options.quality = given.value_or(options.quality);
  if (given && *given != Quality::fast && !reconstructor.has_prior_inpainter()) {
    std::fputs(
        "demask: the bundle has no inpainter_prior, so faces are painted with --quality fast\n",
        stderr);
  }
}

VideoOptions with_quality(const VideoModeArguments& arguments,
                          const FaceReconstructor& reconstructor, VideoOptions options) {
  choose_quality(arguments.quality, reconstructor, options.reconstruct);
  return options;
}

void select_faces(const std::string& text, ReconstructOptions& options) {
  if (const std::optional<int> index = read_choice(text, options)) {
    options.selection = FaceSelection::index;
    options.face_index = *index;
  }
}

void select_tracks(const std::string& text, VideoOptions& options) {
  options.track_id = read_choice(text, options.reconstruct);
}

}  // namespace demask::program
