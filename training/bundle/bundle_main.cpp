// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "bundle/bundle_writer.hpp"

namespace {

using demask::ModelSpec;
using demask::Stage;
using demask::training::BundleArtifact;
using demask::training::BundleModel;
using demask::training::BundleOptions;

using Pair = std::tuple<std::string, std::string>;  // female, male
using NamedPair = std::tuple<std::string, std::string, std::string>;

struct Arguments {
  std::filesystem::path out;
  BundleOptions bundle;
  std::map<Stage, std::filesystem::path> files;
  std::filesystem::path metrics;
  std::string training_data;
  std::vector<Pair> discriminators;
  std::vector<NamedPair> variants;
  std::vector<NamedPair> variant_discriminators;
  std::string segmenter_variant = "semantic";
  std::string landmark_variant = "points";
  int landmark_scheme = 68;
  // Side of the crop that `demask-train landmarks` trains on over the box's larger side.
  float crop_scale = 1.5F;
  float min_landmark_confidence = 0.0F;
  std::vector<std::string> mirror_average;
  float detection_threshold = 0.5F;
  float segmentation_threshold = 0.5F;
  int detector_size = 320;
  float largest_face = 0.0F;
  int inpainter_size = 256;
  int prior_size = 256;
  int segmenter_size = 256;
  int landmark_size = 256;
  int gender_size = 256;
};

constexpr std::array<Stage, 8> stages = {Stage::face_detector,     Stage::segmenter,
                                         Stage::landmark_detector, Stage::gender_classifier,
                                         Stage::inpainter_female,  Stage::inpainter_male,
                                         Stage::inpainter_prior,   Stage::shape_model};

int input_size_of(Stage stage, const Arguments& arguments) {
  switch (stage) {
    case Stage::face_detector:
      return arguments.detector_size;
    case Stage::segmenter:
      return arguments.segmenter_size;
    case Stage::landmark_detector:
      return arguments.landmark_size;
    case Stage::gender_classifier:
      return arguments.gender_size;
    case Stage::inpainter_female:
    case Stage::inpainter_male:
      break;
    case Stage::inpainter_prior:
      return arguments.prior_size;
    case Stage::shape_model:
      return demask::canonical_size;
  }
  return arguments.inpainter_size;
}

ModelSpec spec_of(Stage stage, const Arguments& arguments) {
  ModelSpec spec;
  spec.stage = stage;
  spec.input_size = input_size_of(stage, arguments);
  if (stage == Stage::face_detector) {
    spec.threshold = arguments.detection_threshold;
    spec.largest_face = arguments.largest_face;
  }
  if (stage == Stage::segmenter) {
    spec.variant = arguments.segmenter_variant;
    spec.threshold = arguments.segmentation_threshold;
  }
  if (stage == Stage::landmark_detector) {
    spec.variant = arguments.landmark_variant;
    spec.landmark_scheme = static_cast<demask::LandmarkScheme>(arguments.landmark_scheme);
    spec.crop_scale = arguments.crop_scale;
    spec.min_confidence = arguments.min_landmark_confidence;
  }
  if (stage == Stage::inpainter_prior) {
    spec.variant = "prior";
  }
  if (stage == Stage::gender_classifier) {
    spec.class_names = {"female", "male"};
  }
  spec.mirror_average = std::count(arguments.mirror_average.begin(), arguments.mirror_average.end(),
                                   demask::to_string(stage)) > 0;
  spec.license = arguments.bundle.license;
  spec.training_data = arguments.training_data;
  if (!arguments.metrics.empty()) {
    spec.metrics = demask::training::metrics_of(stage, arguments.metrics);
  }
  return spec;
}

// face_detector -> --face-detector
std::string option_of(Stage stage) {
  std::string name = demask::to_string(stage);
  for (char& c : name) {
    c = c == '_' ? '-' : c;
  }
  return "--" + name;
}

void add_bundle_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--out", arguments.out, "folder to write")->required();
  app.add_option("--name", arguments.bundle.name, "name of the bundle")->required();
  app.add_option("--version", arguments.bundle.version, "version of the bundle")->required();
  app.add_option("--license", arguments.bundle.license, "license of the weights")->required();
  app.add_option("--training-data", arguments.training_data, "description of the training data");
  app.add_option("--metrics", arguments.metrics, "JSON file of figures that demask-evaluate wrote")
      ->check(CLI::ExistingFile);
  for (const Stage stage : stages) {
    app.add_option(option_of(stage), arguments.files[stage], "TorchScript file")
        ->check(CLI::ExistingFile);
  }
}

void add_set_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--discriminators", arguments.discriminators,
                 "discriminators of the inpainters, FEMALE MALE: listed, not loaded");
  app.add_option("--variant", arguments.variants,
                 "an additional set of inpainters, NAME FEMALE MALE; may be repeated");
  app.add_option("--variant-discriminators", arguments.variant_discriminators,
                 "discriminators of an additional set, NAME FEMALE MALE; may be repeated");
}

void add_network_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--segmenter-variant", arguments.segmenter_variant,
                 "semantic (canonical faces) or instance (whole photos)")
      ->check(CLI::IsMember({"semantic", "instance"}))
      ->capture_default_str();
  app.add_option(
         "--segmenter-size", arguments.segmenter_size,
         "side of a semantic segmenter's input, or longest side of an instance segmenter's, "
         "in pixels")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  app.add_option("--landmark-variant", arguments.landmark_variant, "points or heatmap")
      ->check(CLI::IsMember({"points", "heatmap"}))
      ->capture_default_str();
  app.add_option("--landmark-scheme", arguments.landmark_scheme, "number of landmarks, 68 or 98")
      ->check(CLI::IsMember({68, 98}))
      ->capture_default_str();
  app.add_option("--crop-scale", arguments.crop_scale,
                 "side of the landmark detector's crop over the larger side of the face box")
      ->check(CLI::Range(0.5, 4.0))
      ->capture_default_str();
  app.add_option("--min-landmark-confidence", arguments.min_landmark_confidence,
                 "minimum mean landmark confidence of a face to paint")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--mirror-average", arguments.mirror_average,
                 "stages that average their results for a face and its mirror image")
      ->check(CLI::IsMember({"landmark_detector", "gender_classifier"}));
}

void add_detection_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--detection-threshold", arguments.detection_threshold, "minimum score of a face")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--segmentation-threshold", arguments.segmentation_threshold,
                 "minimum probability of a mask pixel")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--detector-size", arguments.detector_size,
                 "longest side of the detector's input in pixels")
      ->check(CLI::Range(32, 8192))
      ->capture_default_str();
  app.add_option("--largest-face", arguments.largest_face,
                 "largest face in pixels that the detector was trained on; larger faces are "
                 "searched for at half the size")
      ->check(CLI::Range(16.0, 8192.0));
}

void add_size_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--inpainter-size", arguments.inpainter_size,
                 "side of the inpainters' training images in pixels")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  app.add_option("--prior-size", arguments.prior_size,
                 "side of the square that the prior inpainter sees in pixels")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  app.add_option("--landmark-size", arguments.landmark_size,
                 "side of the landmark detector's input in pixels")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  app.add_option("--gender-size", arguments.gender_size,
                 "side of the gender classifier's training images in pixels")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
}

void add_options(CLI::App& app, Arguments& arguments) {
  add_bundle_options(app, arguments);
  add_set_options(app, arguments);
  add_network_options(app, arguments);
  add_detection_options(app, arguments);
  add_size_options(app, arguments);
  app.add_flag("!--full-precision", arguments.bundle.half, "store weights in 32 bits, not 16");
}

std::vector<BundleModel> models_of(const Arguments& arguments) {
  std::vector<BundleModel> models;
  for (const Stage stage : stages) {
    const std::filesystem::path& file = arguments.files.at(stage);
    if (!file.empty()) {
      models.push_back({spec_of(stage, arguments), file});
    }
  }
  for (const auto& [name, female, male] : arguments.variants) {
    models.push_back({spec_of(Stage::inpainter_female, arguments), female});
    models.back().spec.variant = name;
    models.push_back({spec_of(Stage::inpainter_male, arguments), male});
    models.back().spec.variant = name;
  }
  return models;
}

std::vector<BundleArtifact> artifacts_of(const Arguments& arguments) {
  std::vector<BundleArtifact> artifacts;
  const auto add = [&](const std::string& variant, const std::string& female,
                       const std::string& male) {
    artifacts.push_back({{"discriminator_female", variant, {}, {}, 0}, female});
    artifacts.push_back({{"discriminator_male", variant, {}, {}, 0}, male});
  };
  for (const auto& [female, male] : arguments.discriminators) {
    add("", female, male);
  }
  for (const auto& [name, female, male] : arguments.variant_discriminators) {
    add(name, female, male);
  }
  return artifacts;
}

void run(const Arguments& arguments) {
  const std::vector<BundleModel> models = models_of(arguments);
  demask::training::write_bundle(arguments.out, arguments.bundle, models, artifacts_of(arguments));
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
