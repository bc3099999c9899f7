#pragma once

/// @file
/// Errors of models, told apart from those of photos.

#include "demask/error.hpp"
#include "exit_codes.hpp"

namespace demask::program {

/// Calls something that may load a model and takes no file besides. Errors of the bundle become
/// BundleError and those of the device UsageError, for no photo could fare better.
template <typename Action>
auto with_models(const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    switch (error.code()) {
      case ErrorCode::unreadable_file:
      case ErrorCode::bundle_not_found:
      case ErrorCode::bundle_invalid:
      case ErrorCode::hash_mismatch:
      case ErrorCode::model_invalid:
        throw BundleError(error.what());
      case ErrorCode::device_unavailable:
        throw UsageError(error.what());
      default:
        throw;
    }
  }
}

}  // namespace demask::program
