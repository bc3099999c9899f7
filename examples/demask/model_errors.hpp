// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Tells the errors of models from those of photos.

#include "demask/error.hpp"
#include "exit_codes.hpp"

namespace demask::program {

/// Calls something that may load a model and reads no other file. Errors of the bundle become
/// BundleError and those of the device UsageError, since they would recur with every photo.
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
