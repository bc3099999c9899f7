#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "bundle/bundle_writer.hpp"

namespace {

using demask::ModelSpec;
using demask::Stage;
using demask::training::BundleModel;
using demask::training::BundleOptions;

struct Arguments {
  std::filesystem::path out;
  BundleOptions bundle;
  std::map<Stage, std::filesystem::path> files;
  std::filesystem::path metrics;
  std::string training_data;
  float detection_threshold = 0.5F;
  float segmentation_threshold = 0.5F;
  int detector_size = 320;
  int inpainter_size = 256;
  int input_size = 256;
};

constexpr std::array<Stage, 6> stages = {Stage::face_detector,     Stage::segmenter,
                                         Stage::landmark_detector, Stage::gender_classifier,
                                         Stage::inpainter_female,  Stage::inpainter_male};

/// The crop that `demask-train landmarks` trains on, over the box's larger side.
constexpr float landmark_crop_scale = 1.5F;

int input_size_of(Stage stage, const Arguments& arguments) {
  switch (stage) {
    case Stage::face_detector:
      return arguments.detector_size;
    case Stage::inpainter_female:
    case Stage::inpainter_male:
      return arguments.inpainter_size;
    default:
      return arguments.input_size;
  }
}

ModelSpec spec_of(Stage stage, const Arguments& arguments) {
  ModelSpec spec;
  spec.stage = stage;
  spec.input_size = input_size_of(stage, arguments);
  if (stage == Stage::face_detector) spec.threshold = arguments.detection_threshold;
  if (stage == Stage::segmenter) {
    spec.variant = "semantic";
    spec.threshold = arguments.segmentation_threshold;
  }
  if (stage == Stage::landmark_detector) {
    spec.variant = "points";
    spec.crop_scale = landmark_crop_scale;
  }
  if (stage == Stage::gender_classifier) spec.class_names = {"female", "male"};
  spec.license = arguments.bundle.license;
  spec.training_data = arguments.training_data;
  if (!arguments.metrics.empty()) {
    spec.metrics = demask::training::metrics_of(stage, arguments.metrics);
  }
  return spec;
}

/// face_detector -> --face-detector
std::string option_of(Stage stage) {
  std::string name = demask::to_string(stage);
  for (char& c : name) c = c == '_' ? '-' : c;
  return "--" + name;
}

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--out", arguments.out, "folder to write")->required();
  app.add_option("--name", arguments.bundle.name, "name of the bundle")->required();
  app.add_option("--version", arguments.bundle.version, "version of the bundle")->required();
  app.add_option("--license", arguments.bundle.license, "terms of the weights")->required();
  app.add_option("--training-data", arguments.training_data, "what the models were trained on");
  app.add_option("--metrics", arguments.metrics, "figures that demask-evaluate wrote as JSON")
      ->check(CLI::ExistingFile);
  for (const Stage stage : stages) {
    app.add_option(option_of(stage), arguments.files[stage], "TorchScript file")
        ->check(CLI::ExistingFile);
  }
  app.add_option("--detection-threshold", arguments.detection_threshold,
                 "score from which a face counts")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--segmentation-threshold", arguments.segmentation_threshold,
                 "probability from which a pixel is mask")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--detector-size", arguments.detector_size, "longest side the detector is given")
      ->check(CLI::Range(32, 8192))
      ->capture_default_str();
  app.add_option("--inpainter-size", arguments.inpainter_size,
                 "side the inpainters were trained on")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  app.add_option("--input-size", arguments.input_size, "side that all other models are given")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  app.add_flag("!--full-precision", arguments.bundle.half, "store weights in 32 bits, not 16");
}

void run(const Arguments& arguments) {
  std::vector<BundleModel> models;
  for (const Stage stage : stages) {
    const std::filesystem::path& file = arguments.files.at(stage);
    if (!file.empty()) models.push_back({spec_of(stage, arguments), file});
  }
  demask::training::write_bundle(arguments.out, arguments.bundle, models);
  fmt::print("{}: {} models, checked\n", arguments.out.string(), models.size());
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Assembles a model bundle from TorchScript files."};
  Arguments arguments;
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
    run(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "demask-bundle: {}\n", error.what());
    return 1;
  }
  return 0;
}
