#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <functional>
#include <string>

#include "camera_command.hpp"
#include "exit_codes.hpp"
#include "models_command.hpp"
#include "options.hpp"
#include "reconstruct_command.hpp"
#include "stage_commands.hpp"
#include "version_command.hpp"
#include "video_command.hpp"

namespace {

using demask::program::ExitCode;

constexpr const char* purpose =
    "Finds the face masks worn in photos and paints the faces that they hide.";

constexpr const char* footer =
    "A reconstruction is a plausible guess, never an identification: many faces fit under one\n"
    "mask. Do not use it to identify people or for surveillance. The default models are for\n"
    "research and non-commercial use. Edited photos are marked as such in their XMP.\n\n"
    "Exit codes: 0 all done, 1 some photo failed, 2 bad usage, 3 models unusable,\n"
    "130 interrupted.";

constexpr const char* video_notes =
    "The sound is not carried over. Edited MP4 and QuickTime files are marked as such in their\n"
    "XMP; beside other formats OUT.xmp is written. With --faces, an index is the number of a\n"
    "face in the order of its appearance, from 0.\n\n";

constexpr const char* camera_notes =
    "Keys: space switches between split view, after and before; q or Escape ends.\n\n";

int fail(const std::exception& error, ExitCode code) {
  std::fputs(fmt::format("demask: {}\n", error.what()).c_str(), stderr);
  return code;
}

int run(const std::function<int()>& command) {
  try {
    return command();
  } catch (const demask::program::UsageError& error) {
    return fail(error, ExitCode::bad_usage);
  } catch (const demask::program::BundleError& error) {
    return fail(error, ExitCode::bundle_unusable);
  } catch (const std::exception& error) {
    return fail(error, ExitCode::some_failed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace demask::program;
  CLI::App app(purpose, "demask");
  app.footer(footer);
  app.require_subcommand(1);
  std::function<int()> command;

  ReconstructArguments reconstruct;
  CLI::App* reconstruct_command =
      app.add_subcommand("reconstruct", "Paint the faces under the masks of photos");
  reconstruct_command->footer(footer);
  add_reconstruct_options(*reconstruct_command, reconstruct);
  reconstruct_command->callback([&] { command = [&] { return run_reconstruct(reconstruct); }; });

  VideoArguments video;
  CLI::App* video_command =
      app.add_subcommand("video", "Paint the faces under the masks of a video");
  video_command->footer(std::string(video_notes) + footer);
  add_video_options(*video_command, video);
  video_command->callback([&] { command = [&] { return run_video(video); }; });

  CameraArguments camera;
  CLI::App* camera_command =
      app.add_subcommand("camera", "Show what a camera sees, before and after, in a window");
  camera_command->footer(std::string(camera_notes) + footer);
  add_camera_options(*camera_command, camera);
  camera_command->callback([&] { command = [&] { return run_camera(camera); }; });

  StageArguments stage;
  const auto add_stage = [&](const char* name, const char* what,
                             int (*work)(const StageArguments&)) {
    CLI::App* subcommand = app.add_subcommand(name, what);
    add_stage_options(*subcommand, stage);
    subcommand->callback(
        [&command, &stage, work] { command = [&stage, work] { return work(stage); }; });
    return subcommand;
  };
  add_stage("detect", "Print the faces of photos as JSON", run_detect);
  add_stage("landmarks", "Print the landmarks of faces as JSON", run_landmarks);
  add_stage("gender", "Print which generator each face would get, as JSON", run_gender);
  CLI::App* segment = add_stage("segment", "Print the worn masks of photos as JSON", run_segment);
  segment
      ->add_option("-o,--output", stage.output,
                   "Write the masks as a gray image, or, for many "
                   "photos, into a folder")
      ->type_name("OUT");
  segment
      ->add_option("--mask-threshold", stage.mask_threshold,
                   "Least mask probability, 0 to 1 (default: the model's)")
      ->check(CLI::Range(0.0F, 1.0F))
      ->type_name("F");

  ModelsArguments models;
  CLI::App* models_command = app.add_subcommand("models", "Print a model bundle with its figures");
  add_models_options(*models_command, models);
  models_command->callback([&] { command = [&] { return run_models(models); }; });

  app.add_subcommand("version", "Print the version, which build this is, and its license")
      ->callback([&command] { command = run_version; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitCode::all_done : ExitCode::bad_usage;
  }
  return run(command);
}
