// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "dataset/commands.hpp"

namespace {

using namespace demask::training;

void add_synthesize(CLI::App& app, SynthesizeOptions& options) {
  CLI::App* command = app.add_subcommand(
      "synthesize", "puts synthetic masks on the faces of a photo and changes nothing else");
  command->add_option("--photo", options.photo, "photo with bare faces")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", options.out, "masked photo to write")->required();
  command->add_option("--mask", options.mask, "true mask to write, white on masks");
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

void add_film(CLI::App& app, FilmOptions& options) {
  CLI::App* command = app.add_subcommand(
      "film", "films a photo with a moving camera, for a clip with known face positions");
  command->add_option("--photo", options.photo, "photo with faces")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("--out", options.out, "AVI file to write")->required();
  command->add_option("--truth", options.truth,
                      "CSV file of boxes and landmarks by frame to write");
  command->add_option("--models", options.models, "bundle that finds the faces")
      ->check(CLI::ExistingDirectory);
  command
      ->add_option("--landmarks", options.landmarks,
                   "JSON with 68 points [x, y] a face, in place of models")
      ->check(CLI::ExistingFile);
  command->add_option("--frames", options.frames, "number of frames")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  command->add_option("--rate", options.frame_rate, "frames per second")
      ->check(CLI::Range(1.0, 240.0))
      ->capture_default_str();
  command->add_option("--width", options.width, "width of a frame in pixels")
      ->check(CLI::Range(16, 7680))
      ->capture_default_str();
  command->add_option("--height", options.height, "height of a frame in pixels")
      ->check(CLI::Range(16, 4320))
      ->capture_default_str();
  command->add_option("--face", options.face_side, "larger side of the first face in pixels")
      ->check(CLI::Range(16.0F, 4000.0F))
      ->capture_default_str();
  command->add_option("--noise", options.noise, "standard deviation of the sensor noise in levels")
      ->check(CLI::Range(0.0, 100.0))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "seed of everything random")->capture_default_str();
  command->callback([&] { film(options); });
}

void add_compare(CLI::App& app, CompareOptions& options) {
  CLI::App* command =
      app.add_subcommand("compare", "prints PSNR and SSIM of a photo against the truth");
  command->add_option("result", options.result, "photo to judge")
      ->required()
      ->check(CLI::ExistingFile);
  command->add_option("truth", options.truth, "true photo")->required()->check(CLI::ExistingFile);
  command->add_option("--mask", options.mask, "mask image; also prints figures for its white part")
      ->check(CLI::ExistingFile);
  command->add_option("--json", options.json, "file to write the figures to");
  command->callback([&] { compare(options); });
}

void add_index(CLI::App& app, IndexOptions& options) {
  CLI::App* command =
      app.add_subcommand("index", "gathers labeled images in several formats into one folder");
  command->add_option("--labelme", options.labelme, "folders of Labelme JSON files")
      ->check(CLI::ExistingDirectory);
  command->add_option("--labels", options.labels, "mask labels in the Labelme files [all]");
  command
      ->add_option("--voc", options.voc, "folder of VOC XML files, then the folder of their images")
      ->type_size(2)
      ->check(CLI::ExistingDirectory);
  command
      ->add_option("--masks", options.masks,
                   "folder of images, then the folder of mask images of the same names")
      ->type_size(2)
      ->check(CLI::ExistingDirectory);
  command->add_option("--person", options.person_pattern,
                      "regular expression whose group matches the person in a file name");
  command->add_option("--out", options.out, "folder to write")->required();
  command->callback([&] { index_images(options); });
}

void add_split(CLI::App& app, SplitOptions& options) {
  CLI::App* command = app.add_subcommand("split", "splits a table by its column 'person'");
  command->add_option("table", options.table, "CSV to read")->required()->check(CLI::ExistingFile);
  command->add_option("--out", options.out, "CSV to write, with a column 'split'")->required();
  command->add_option("--val", options.shares.val, "share of persons for validation")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--test", options.shares.test, "share of persons for testing")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "seed of the split")->capture_default_str();
  command->callback([&] { split(options); });
}

void add_statistics(CLI::App& app, StatisticsOptions& options) {
  CLI::App* command =
      app.add_subcommand("statistics", "prints a summary of the tables in a folder");
  command->add_option("--data", options.data, "folder with tables, or with indexed sets")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--split", options.split, "only rows of this split");
  command->callback([&] { statistics(options); });
}

void add_sheet(CLI::App& app, SheetOptions& options) {
  CLI::App* command = app.add_subcommand("sheet", "draws synthesized faces and their masks");
  command->add_option("--data", options.data, "folder with faces.csv and landmarks68.csv")
      ->required()
      ->check(CLI::ExistingDirectory);
  command->add_option("--out", options.out, "image to write")->required();
  command->add_option("--split", options.split, "split to draw from")->capture_default_str();
  command->add_option("--count", options.count, "number of faces")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_option("--columns", options.columns, "faces in a row")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--size", options.size, "side of a face in pixels")
      ->check(CLI::Range(32, 1024))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "seed of everything random")->capture_default_str();
  command->callback([&] { sheet(options); });
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Makes, describes and compares data sets of masked faces."};
  app.require_subcommand(1);
  SynthesizeOptions synthesize_options;
  FilmOptions film_options;
  CompareOptions compare_options;
  IndexOptions index_options;
  SplitOptions split_options;
  StatisticsOptions statistics_options;
  SheetOptions sheet_options;
  add_index(app, index_options);
  add_split(app, split_options);
  add_statistics(app, statistics_options);
  add_sheet(app, sheet_options);
  add_synthesize(app, synthesize_options);
  add_film(app, film_options);
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
