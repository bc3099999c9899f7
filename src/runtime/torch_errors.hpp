// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Errors of LibTorch as errors of demask.

#include <string>

namespace demask::runtime {

/// Throws the exception that is being handled as a demask::Error; call it in a catch block.
/// @param name         The model, for the message.
/// @param what_failed  What the model did not do, such as "it does not load".
/// @throws Error out_of_memory, or model_invalid with LibTorch's reason; an Error is passed on.
[[noreturn]] void throw_translated(const std::string& name, const char* what_failed,
                                   const char* remedy);

}  // namespace demask::runtime
