// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The commands of the program, and the choice between them by its arguments.

#include <CLI/CLI.hpp>
#include <functional>

#include "options.hpp"

namespace demask::program {

/// Reads the arguments of the program and runs the command that they name. Used once.
class CommandLine {
 public:
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// Returns the exit code; errors are printed on stderr.
  int run(int argc, char** argv);

 private:
  /// Adds a command: `add_options` declares its options, which fill `arguments`, and `work` runs
  /// it.
  template <typename Arguments>
  CLI::App& add(const char* name, const char* description, Arguments& arguments,
                void (*add_options)(CLI::App&, Arguments&), int (*work)(const Arguments&)) {
    CLI::App* command = app_.add_subcommand(name, description);
    add_options(*command, arguments);
    command->callback(
        [this, &arguments, work] { chosen_ = [&arguments, work] { return work(arguments); }; });
    return *command;
  }

  void parse(int argc, char** argv);
  void add_reconstructions();
  void add_stages();
  void add_information();

  CLI::App app_;
  ReconstructArguments reconstruct_;
  VideoArguments video_;
  CameraArguments camera_;
  StudioArguments studio_;
  StageArguments stage_;  // of the chosen stage command
  ModelsArguments models_;
  std::function<int()> chosen_;
};

}  // namespace demask::program
