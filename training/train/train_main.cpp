// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <opencv2/core/utility.hpp>
#include <string>

#include "train/stages.hpp"

namespace {

using demask::Gender;
using demask::training::GenderTrainingOptions;
using demask::training::InpainterTrainingOptions;
using demask::training::PriorTrainingOptions;
using demask::training::ShapeTrainingOptions;
using demask::training::TrainingOptions;

void add_schedule_options(CLI::App* stage, TrainingOptions& options) {
  stage->add_option("--validate-minutes", options.validate_minutes, "minutes between validations")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  stage
      ->add_option("--checkpoint-minutes", options.checkpoint_minutes,
                   "minutes between checkpoints")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  stage->add_option("--log-minutes", options.log_minutes, "minutes between rows of log.csv")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

// Adds a subcommand with the options that all stages share.
CLI::App* add_stage(CLI::App& app, const std::string& name, const std::string& help,
                    TrainingOptions& options) {
  CLI::App* stage = app.add_subcommand(name, help);
  stage->add_option("--data", options.data, "folder with faces.csv, landmarks68.csv and the photos")
      ->required()
      ->check(CLI::ExistingDirectory);
  stage->add_option("--init", options.init, "scripted module to start from")
      ->required()
      ->check(CLI::ExistingFile);
  stage->add_option("--run", options.run, "folder of the run; resumed if it holds a checkpoint")
      ->required();
  stage
      ->add_option("--minutes", options.minutes,
                   "total training time, including earlier parts of a resumed run")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  stage->add_option("--steps", options.steps, "end after this many steps, if sooner [no limit]")
      ->check(CLI::PositiveNumber);
  stage->add_option("--batch", options.batch, "images per step")
      ->check(CLI::Range(2, 1024))
      ->capture_default_str();
  stage->add_option("--lr", options.learning_rate, "peak learning rate")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  stage->add_option("--size", options.size, "side of the training images in pixels")
      ->check(CLI::Range(64, 1024))
      ->capture_default_str();
  stage->add_option("--threads", options.threads, "threads for computation")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  stage->add_option("--seed", options.seed, "seed of everything random")->capture_default_str();
  add_schedule_options(stage, options);
  return stage;
}

void add_shapes(CLI::App& app, ShapeTrainingOptions& options) {
  CLI::App* stage =
      app.add_subcommand("shapes", "the distribution of the landmarks of faces, fitted at once");
  stage->add_option("--data", options.data, "folder with faces.csv and landmarks68.csv")
      ->required()
      ->check(CLI::ExistingDirectory);
  stage->add_option("--out", options.out, "file of the module")->required();
  stage->callback([&options] { demask::training::train_shapes(options); });
}

void add_gender_options(CLI::App* stage, GenderTrainingOptions& options) {
  stage
      ->add_option("--teacher", options.teacher,
                   "scripted face embedding; the network also learns to predict its output for the "
                   "bare face")
      ->check(CLI::ExistingFile);
}

void add_prior_options(CLI::App* stage, TrainingOptions& common, PriorTrainingOptions& options) {
  stage->add_option("--device", common.device, "cpu, cuda or cuda:N")->capture_default_str();
  stage->add_option("--loaders", common.loaders, "threads that put masks on the samples")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  stage->add_option("--generator", options.generator, "scripted face generator that makes samples")
      ->required()
      ->check(CLI::ExistingFile);
  stage
      ->add_option("--models", options.models,
                   "bundle whose landmark detector is used; the default one if not given")
      ->check(CLI::ExistingDirectory);
  stage->add_option("--validation-faces", options.validation_faces, "faces that are validated on")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  stage->add_option("--uses", options.reuse.uses, "times that a generated face is shown on average")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  stage
      ->add_option("--window", options.reuse.window,
                   "latest generated faces that samples are taken from")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
}

void add_joint_options(CLI::App* stage, PriorTrainingOptions& options) {
  stage->add_option("--teacher", options.teacher, "scripted face embedding for the identity")
      ->required()
      ->check(CLI::ExistingFile);
  stage
      ->add_option("--features", options.features,
                   "scripted image classifier for the perceptual loss and the discriminator")
      ->required()
      ->check(CLI::ExistingFile);
  stage
      ->add_option("--discriminator", options.discriminator, "scripted discriminator to start from")
      ->required()
      ->check(CLI::ExistingFile);
  stage
      ->add_option("--adversarial-after", options.adversarial_after,
                   "minutes of training before the adversarial term")
      ->capture_default_str();
}

void add_inpainter_options(CLI::App* stage, InpainterTrainingOptions& options) {
  stage
      ->add_option("--discriminator", options.discriminator, "scripted discriminator to start from")
      ->required()
      ->check(CLI::ExistingFile);
  stage->add_option("--teacher", options.teacher, "scripted face embedding for the feature losses")
      ->required()
      ->check(CLI::ExistingFile);
  stage
      ->add_option("--adversarial-after", options.adversarial_after,
                   "minutes of training before the adversarial term")
      ->capture_default_str();
  const std::map<std::string, Gender> genders = {{"f", Gender::female}, {"m", Gender::male}};
  stage
      ->add_option_function<std::string>(
          "--gender", [&options, genders](const std::string& g) { options.gender = genders.at(g); },
          "train on faces of one gender only: f or m")
      ->check(CLI::IsMember({"f", "m"}));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Trains the networks of demask."};
  app.require_subcommand(1);
  TrainingOptions options;
  PriorTrainingOptions prior;
  GenderTrainingOptions gender;
  InpainterTrainingOptions inpainter;
  using Train = void (*)(const TrainingOptions&);
  const auto add = [&](const char* name, const char* help, Train train) {
    add_stage(app, name, help, options)->callback([&options, train] { train(options); });
  };
  add("detector", "the face detector", demask::training::train_detector);
  add("segmenter", "the segmenter of worn masks, semantic or instance",
      demask::training::train_segmenter);
  add("landmarks", "the detector of 68 facial landmarks, with points or heatmaps",
      demask::training::train_landmarks);
  CLI::App* encoder_stage =
      add_stage(app, "encoder", "the encoder of masked faces into a generator's codes", options);
  add_prior_options(encoder_stage, options, prior);
  encoder_stage->callback([&] { demask::training::train_encoder(options, prior); });
  CLI::App* prior_stage =
      add_stage(app, "prior",
                "the inpainter with a generative prior, encoder and generator jointly", options);
  add_prior_options(prior_stage, options, prior);
  add_joint_options(prior_stage, prior);
  prior_stage->callback([&] { demask::training::train_prior(options, prior); });
  ShapeTrainingOptions shapes;
  add_shapes(app, shapes);
  CLI::App* gender_stage =
      add_stage(app, "gender", "the classifier that chooses the generator", options);
  add_gender_options(gender_stage, gender);
  gender_stage->callback([&] { demask::training::train_gender(options, gender); });
  CLI::App* inpainter_stage =
      add_stage(app, "inpainter", "the generator that paints what a mask hides", options);
  add_inpainter_options(inpainter_stage, inpainter);
  inpainter_stage->callback([&] { demask::training::train_inpainter(options, inpainter); });

  // The networks use all cores; OpenCV runs in the loader's single thread.
  cv::setNumThreads(0);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "demask-train: {}\n", error.what());
    return 1;
  }
  return 0;
}
