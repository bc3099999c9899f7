// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Translates LibTorch's exceptions into demask::Error.

#include <string>

namespace demask::runtime {

/// Rethrows the exception being handled as a demask::Error; call it in a catch block.
/// @param name         Names the model in the message.
/// @param what_failed  What the model failed to do, such as "it does not load".
/// @param remedy       What the user can do about it, the end of the message.
/// @throws Error out_of_memory, or model_invalid with LibTorch's reason; an Error is rethrown as
/// is.
[[noreturn]] void throw_translated(const std::string& name, const char* what_failed,
                                   const char* remedy);

}  // namespace demask::runtime
