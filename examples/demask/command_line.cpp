// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

#include "camera_command.hpp"
#include "exit_codes.hpp"
#include "models_command.hpp"
#include "reconstruct_command.hpp"
#include "stage_commands.hpp"
#include "version_command.hpp"
#include "video_command.hpp"

namespace demask::program {
namespace {

constexpr const char* purpose =
    "Finds the face masks worn in photos and paints the faces that they hide.";

constexpr const char* footer =
    "A reconstruction is a plausible guess, never an identification: many faces could be under a\n"
    "mask. Do not use it to identify people or for surveillance. The default models are for\n"
    "research and non-commercial use. Edited photos are marked as such in their XMP, or in\n"
    "OUT.xmp beside them.\n\n"
    "Exit codes: 0 all done, 1 a photo failed, 2 bad usage, 3 models unusable,\n"
    "130 interrupted.";

constexpr const char* video_notes =
    "Sound, subtitles, chapters and metadata are copied; what the kind of file of OUT cannot hold\n"
    "is named. Edited MP4 and QuickTime files are marked as such in their XMP; files of other\n"
    "formats are marked in OUT.xmp beside them. With --faces, an index is the number of a face in\n"
    "the order of appearance, from 0.\n\n";

constexpr const char* camera_notes =
    "Keys: space switches between split view, after and before; q or Escape ends.\n\n";

int fail(const std::exception& error, ExitCode code) {
  std::fputs(fmt::format("demask: {}\n", error.what()).c_str(), stderr);
  return code;
}

/// Runs a command and turns its exceptions into an exit code.
int run_command(const std::function<int()>& command) {
  try {
    return command();
  } catch (const UsageError& error) {
    return fail(error, ExitCode::bad_usage);
  } catch (const BundleError& error) {
    return fail(error, ExitCode::bundle_unusable);
  } catch (const std::exception& error) {
    return fail(error, ExitCode::some_failed);
  }
}

}  // namespace

CommandLine::CommandLine() : app_(purpose, "demask") {
  app_.footer(footer);
  app_.require_subcommand(1);
  add_reconstructions();
  add_stages();
  add_information();
}

int CommandLine::run(int argc, char** argv) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? ExitCode::all_done : ExitCode::bad_usage;
  }
  return run_command(chosen_);
}

void CommandLine::add_reconstructions() {
  add("reconstruct", "Paint the faces under the masks of photos", reconstruct_,
      add_reconstruct_options, run_reconstruct)
      .footer(footer);
  add("video", "Paint the faces under the masks of a video", video_, add_video_options, run_video)
      .footer(std::string(video_notes) + footer);
  add("camera", "Show what a camera sees, before and after, in a window", camera_,
      add_camera_options, run_camera)
      .footer(std::string(camera_notes) + footer);
}

void CommandLine::add_stages() {
  add("detect", "Print the faces of photos as JSON", stage_, add_stage_options, run_detect);
  add("landmarks", "Print the landmarks of faces as JSON", stage_, add_stage_options,
      run_landmarks);
  add("gender", "Print which generator each face would get, as JSON", stage_, add_stage_options,
      run_gender);
  add("segment", "Print the masks worn in photos as JSON", stage_, add_segment_options,
      run_segment);
}

void CommandLine::add_information() {
  add("models", "Print the models of a bundle and their measured quality", models_,
      add_models_options, run_models);
  app_.add_subcommand("version", "Print the version, the kind of build, and its license")
      ->callback([this] { chosen_ = run_version; });
}

}  // namespace demask::program
