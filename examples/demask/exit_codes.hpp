#pragma once

/// @file
/// How the program tells its caller what came of it.

#include <stdexcept>

namespace demask::program {

enum ExitCode : int {
  all_done = 0,
  some_failed = 1,  ///< The others are written; each failure is named on stderr.
  bad_usage = 2,
  bundle_unusable = 3,
  interrupted = 130  ///< As shells say of a program ended by Ctrl-C.
};

/// The command line asks for what cannot be. Ends the program with bad_usage.
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
