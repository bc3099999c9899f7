// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include "evaluate/evaluation.hpp"

namespace {

using demask::training::EvaluationOptions;

void add_options(CLI::App& app, EvaluationOptions& options, std::vector<std::string>& stages) {
  app.add_option("--models", options.models, "bundle to evaluate [the default bundle]")
      ->check(CLI::ExistingDirectory);
  app.add_option("--data", options.data, "folder with faces.csv, landmarks68.csv and other tables")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--split", options.split, "split to evaluate on")->capture_default_str();
  app.add_option("--stage", stages, "stages to evaluate [all]")
      ->check(CLI::IsMember(demask::training::evaluation_stages()));
  app.add_option("--limit", options.limit, "maximum number of faces or photos per stage [all]");
  app.add_option("--seed", options.seed, "seed of the synthetic masks")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 20U))
      ->capture_default_str();
  app.add_option("--teachers", options.teachers,
                 "folder with face_embedding.pt and image_features.pt [../teachers of the data]")
      ->check(CLI::ExistingDirectory);
  app.add_option("--teacher", options.teacher,
                 "face embedding for identity and Fréchet distance "
                 "[face_embedding.pt of the teachers]")
      ->check(CLI::ExistingFile);
  app.add_option("--against", options.against,
                 "bundles that are baselines of the stages inpainter, hd and pairs")
      ->check(CLI::ExistingDirectory);
  app.add_option("--quality", options.qualities,
                 "how carefully the stages hd and pairs paint; several are compared [fine]")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, demask::Quality>{{"fast", demask::Quality::fast},
                                                 {"fine", demask::Quality::fine},
                                                 {"best", demask::Quality::best}}));
  app.add_option("--threads", options.runtime.threads, "threads of the networks [all]")
      ->check(CLI::Range(1, 256));
  app.add_option("--dtype", options.runtime.dtype, "arithmetic of the networks [fp32]")
      ->transform(CLI::CheckedTransformer(std::map<std::string, demask::DType>{
          {"fp32", demask::DType::fp32}, {"bf16", demask::DType::bf16}}));
  app.add_option("--json", options.json, "file to write the figures to");
  app.add_option("--sheet", options.sheet, "image of the best, median and worst cases to write");
  app.add_option("--worst", options.worst,
                 "folder for a sheet of the 40 worst cases of each stage, at full size");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Measures the models of a bundle on faces they were not trained on."};
  EvaluationOptions options;
  std::vector<std::string> stages;
  add_options(app, options, stages);
  try {
    app.parse(argc, argv);
    options.stages = {stages.begin(), stages.end()};
    demask::training::evaluate(options);
  } catch (const CLI::ParseError& error) {
    return app.exit(error);
  } catch (const std::exception& error) {
    fmt::print(stderr, "demask-evaluate: {}\n", error.what());
    return 1;
  }
  return 0;
}
