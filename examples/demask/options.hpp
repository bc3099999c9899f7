// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The options of each command and the arguments that they fill.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "demask/demask.hpp"

namespace demask::program {

/// Where the models are and how they run.
struct ModelOptions {
  std::filesystem::path models;  ///< Empty for the default bundle.
  std::string variant;           ///< Set of inpainters; empty for the default one.
  std::string device = "cpu";
  DType dtype = DType::fp32;
  int threads = 1;

  /// @throws BundleError, UsageError (a variant that the bundle does not have).
  ModelBundle open_bundle() const;
  RuntimeOptions runtime() const { return {device, dtype, threads}; }
};

struct ReconstructArguments {
  std::vector<std::filesystem::path> photos;
  std::string output;  ///< As typed: a `/` at its end says that it is a folder.
  std::filesystem::path report;
  std::string panel;  ///< As typed, like `output`.
  std::filesystem::path mask;
  std::vector<std::filesystem::path> references;
  std::string faces = "all";
  int jpeg_quality = 95;
  std::optional<Quality> quality;  ///< Absent if not given: then that of `options` counts.
  bool resume = false;
  ModelOptions model;
  ReconstructOptions options;
};

/// Arguments that `video` and `camera` share.
struct VideoModeArguments {
  std::vector<std::filesystem::path> references;
  std::string faces = "all";
  std::optional<Quality> quality;  ///< As in ReconstructArguments.
  ModelOptions model;
  VideoOptions options;
};

struct VideoArguments : VideoModeArguments {
  std::filesystem::path input;
  std::filesystem::path output;
};

struct CameraArguments : VideoModeArguments {
  int camera = 0;
};

struct StageArguments {
  std::vector<std::filesystem::path> photos;
  std::string output;  ///< Of `segment` only; as typed.
  std::optional<float> threshold;
  std::optional<float> mask_threshold;
  float min_face_size = DetectOptions().min_face_size;
  std::int64_t max_pixels = default_max_pixels;
  ModelOptions model;
};

struct StudioArguments {
  int port = 8765;  ///< 0 for any that is free.
  std::int64_t max_pixels = default_max_pixels;
  ModelOptions model;
};

struct ModelsArguments {
  std::filesystem::path models;
  bool as_json = false;
  bool verify = false;
};

void add_model_options(CLI::App& command, ModelOptions& options);
void add_reconstruct_options(CLI::App& command, ReconstructArguments& arguments);
void add_video_options(CLI::App& command, VideoArguments& arguments);
void add_camera_options(CLI::App& command, CameraArguments& arguments);
void add_stage_options(CLI::App& command, StageArguments& arguments);
void add_segment_options(CLI::App& command, StageArguments& arguments);
void add_studio_options(CLI::App& command, StudioArguments& arguments);
void add_models_options(CLI::App& command, ModelsArguments& arguments);

/// Sets the quality that was given, if any. If it needs a prior inpainter and there is none, says
/// so on standard error.
void choose_quality(const std::optional<Quality>& given, const FaceReconstructor& reconstructor,
                    ReconstructOptions& options);
/// The options of a video with the quality that was given; as choose_quality().
VideoOptions with_quality(const VideoModeArguments& arguments,
                          const FaceReconstructor& reconstructor, VideoOptions options);

/// Reads `all`, `largest` or an index into the selection. @throws UsageError.
void select_faces(const std::string& text, ReconstructOptions& options);

/// Reads `all`, `largest` or a track id into the options of a video. @throws UsageError.
void select_tracks(const std::string& text, VideoOptions& options);

}  // namespace demask::program
