// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Refuses TorchScript modules that do more than compute: a model must not touch files or the host.

#include <memory>
#include <string>

namespace caffe2::serialize {
class ReadAdapterInterface;
}

namespace torch::jit {
struct Module;
}

namespace demask::runtime {

/// Refuses an archive that runs code when it is merely loaded: its own (`__setstate__`), or that of
/// a C++ class of which it stores an object (`torch.classes`). Call it before loading the archive.
/// @throws Error model_invalid; LibTorch's exceptions if the data is not an archive.
void require_passive_archive(
    const std::string& name,
    const std::shared_ptr<caffe2::serialize::ReadAdapterInterface>& archive);

/// Refuses a module that could do anything but compute. All its functions, called or not, may use
/// only operators of the namespaces aten, prim and torchvision, and none of these that reads or
/// writes files, reaches other processes, runs Python, prints, or changes the state of the process.
/// Its tensors must be dense and stay within the memory that the file gives them. Call it before
/// the module is run, frozen or optimized.
/// @throws Error model_invalid naming the operator.
void require_harmless(const std::string& name, const torch::jit::Module& module);

}  // namespace demask::runtime
