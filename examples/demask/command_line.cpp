// SPDX-License-Identifier: Apache-2.0
#include "command_line.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "camera_command.hpp"
#include "exit_codes.hpp"
#include "models_command.hpp"
#include "reconstruct_command.hpp"
#include "stage_commands.hpp"
#include "standard_streams.hpp"
#include "studio_command.hpp"
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

constexpr const char* studio_notes =
    "The page is served on this computer only, behind a secret in its link. Photos are sent to no\n"
    "other computer, stay in memory, and go with the page.\n\n";

int fail(const std::exception& error, ExitCode code) {
  std::fputs(fmt::format("demask: {}\n", error.what()).c_str(), stderr);
  return code;
}

/// Precedes an argument that CLI11 would take for syntax: a list in brackets, or the end of a
/// command. No argument of a process contains it.
constexpr char literal = '\0';

std::string as_literal(const std::string& argument) {
  const bool is_list = argument.size() > 1 && argument.front() == '[' && argument.back() == ']';
  return is_list || argument == "++" ? literal + argument : argument;
}

/// Makes the options of a command, and of those under it, take literal arguments.
void accept_literals(CLI::App& command) {
  const auto remove_prefix = [](std::string& value) {
    if (!value.empty() && value.front() == literal) {
      value.erase(0, 1);
    }
    return std::string();
  };
  for (CLI::Option* option : command.get_options()) {
    option->transform(CLI::Validator(remove_prefix, ""));
  }
  for (CLI::App* part : command.get_subcommands({})) {
    accept_literals(*part);
  }
}

/// Runs a command, checks that its results have arrived, and turns exceptions into an exit code.
int run_command(const std::function<int()>& command) {
  try {
    const int code = command();
    check_standard_output();
    return code;
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
  accept_literals(app_);
}

int CommandLine::run(int argc, char** argv) {
  reserve_standard_streams();
  try {
    parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool is_help = app_.exit(error) == 0;
    return is_help ? run_command([] { return int{ExitCode::all_done}; }) : ExitCode::bad_usage;
  }
  return run_command(chosen_);
}

void CommandLine::parse(int argc, char** argv) {
  std::vector<std::string> arguments;
  for (int i = argc - 1; i > 0; --i) {  // CLI11 takes them in reverse order.
    arguments.push_back(as_literal(argv[i]));
  }
  app_.parse(std::move(arguments));
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
  add("studio", "Show a page in the browser on which photos are dropped and edited", studio_,
      add_studio_options, run_studio)
      .footer(std::string(studio_notes) + footer);
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
