// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Loads TorchScript modules: checks the options, the file and what the module may do.

#include <c10/core/Device.h>
#include <torch/csrc/jit/api/module.h>

#include <string>

#include "demask/model_source.hpp"
#include "demask/runtime_options.hpp"

namespace demask::runtime {

/// The device of the options, after all of them are checked.
/// @throws Error invalid_argument, device_unavailable.
c10::Device checked_device(const RuntimeOptions& options);

/// Loads a module in evaluation mode on a device, with weights in 32 bits. A file may store them in
/// 16 bits to save space; all computation starts from 32.
/// @param name  Names the model in error messages.
/// @throws Error unreadable_file, model_invalid (it is no module, or does more than compute).
torch::jit::Module load_module(const std::string& name, const ModelSource& source,
                               c10::Device device);

/// As load_module(), but with the weights as the file stores them, to be kept for later.
torch::jit::Module load_stored_module(const std::string& name, const ModelSource& source,
                                      c10::Device device);

/// A copy of a stored module with weights in 32 bits.
torch::jit::Module widened(const torch::jit::Module& stored);

/// @throws Error model_invalid unless the module has this method.
void require_method(const std::string& name, const torch::jit::Module& module, const char* method);

}  // namespace demask::runtime
