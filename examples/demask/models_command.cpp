// SPDX-License-Identifier: Apache-2.0
#include "models_command.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "exit_codes.hpp"
#include "model_errors.hpp"
#include "report.hpp"

namespace demask::program {
namespace {

std::string describe(const ModelSpec& spec) {
  std::string text = fmt::format(
      "\n{}{}\n  file      {} ({:.1f} MB)\n  sha256    {}\n  input     {} px\n  license   {}\n"
      "  trained   {}\n",
      to_string(spec.stage), spec.variant.empty() ? "" : fmt::format(" ({})", spec.variant),
      spec.file, static_cast<double>(spec.size_bytes) / 1e6, spec.sha256, spec.input_size,
      spec.license, spec.training_data);
  for (const auto& [name, value] : spec.metrics) {
    text += fmt::format("  {:<24} {:g}\n", name, value);
  }
  return text;
}

std::string describe(const TrainingArtifact& artifact) {
  return fmt::format(
      "\n{}{}, for training only\n  file      {} ({:.1f} MB)\n  sha256    {}\n", artifact.name,
      artifact.variant.empty() ? "" : fmt::format(" ({})", artifact.variant), artifact.file,
      static_cast<double>(artifact.size_bytes) / 1e6, artifact.sha256);
}

std::string describe(const ModelBundle& bundle) {
  std::string text = fmt::format("{} {}\nlicense {}\n{}\n", bundle.name(), bundle.version(),
                                 bundle.license(), bundle.folder().string());
  if (!bundle.variants().empty()) {
    text += fmt::format("variants of the inpainters: {}\n", fmt::join(bundle.variants(), ", "));
  }
  for (const ModelSpec& spec : bundle.models()) {
    text += describe(spec);
  }
  for (const TrainingArtifact& artifact : bundle.training_artifacts()) {
    text += describe(artifact);
  }
  return text;
}

}  // namespace

int run_models(const ModelsArguments& arguments) {
  ModelOptions options;
  options.models = arguments.models;
  const ModelBundle bundle = options.open_bundle();
  if (arguments.verify) {
    with_models([&bundle] { bundle.verify(); });
  }
  std::string text;
  if (arguments.as_json) {
    text = to_json(bundle).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  } else {
    text = describe(bundle);
    if (arguments.verify) {
      text += "\nEvery file has the SHA-256 that the manifest names.\n";
    }
  }
  std::fputs(text.c_str(), stdout);
  return ExitCode::all_done;
}

}  // namespace demask::program
