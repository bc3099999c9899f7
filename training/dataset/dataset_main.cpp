#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "dataset/commands.hpp"

namespace {

using namespace demask::training;

void add_synthesize(CLI::App& app, SynthesizeOptions& options) {
  CLI::App* command = app.add_subcommand(
      "synthesize", "puts synthetic masks on the faces of a photo; all else stays as it is");
  command->add_option("--photo", options.photo, "photo with bare faces")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", options.out, "masked photo to write")->required();
  command->add_option("--mask", options.mask, "true mask to write, white where a mask is");
  command->add_option("--models", options.models, "bundle that finds the faces")
      ->check(CLI::ExistingDirectory);
  command
      ->add_option("--landmarks", options.landmarks,
                   "JSON with 68 points [x, y] a face, in place of models")
      ->check(CLI::ExistingFile);
  command->add_option("--templates", options.templates, "folder with photographed masks")
      ->check(CLI::ExistingDirectory);
  command->add_option("--seed", options.seed, "seed of everything random")->capture_default_str();
  command->callback([&] { synthesize(options); });
}

void add_compare(CLI::App& app, CompareOptions& options) {
  CLI::App* command =
      app.add_subcommand("compare", "prints PSNR and SSIM of a photo against the truth");
  command->add_option("result", options.result, "photo to judge")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("truth", options.truth, "photo as it should be")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--mask", options.mask, "figures within the white of this image, too")
      ->check(CLI::ExistingFile);
  command->add_option("--json", options.json, "file to write the figures to");
  command->callback([&] { compare(options); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Makes, describes and compares data sets of masked faces."};
  app.require_subcommand(1);
  SynthesizeOptions synthesize_options;
  CompareOptions compare_options;
  add_synthesize(app, synthesize_options);
  add_compare(app, compare_options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "demask-dataset: {}\n", error.what());
    return 1;
  }
  return 0;
}
