// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The exit codes of the program, and the exceptions that end it with one of them.

#include <stdexcept>

namespace demask::program {

/// The exit codes of a run.
enum ExitCode : int {
  all_done = 0,  ///< Every photo was processed.
  /// At least one photo failed, an entry of a folder cannot be read, or the results cannot be
  /// printed. stderr names each. The other photos are written.
  some_failed = 1,
  bad_usage = 2,        ///< The command line is wrong, or names a device that this machine lacks.
  bundle_unusable = 3,  ///< The models are missing, damaged or cannot be loaded.
  interrupted = 130     ///< Ctrl-C was pressed; the code that shells use for it.
};

/// The command line asks for something impossible. Ends the program with bad_usage.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The models cannot be used. Ends the program with bundle_unusable.
class BundleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace demask::program
