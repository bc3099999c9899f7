#pragma once

/// @file
/// What a TorchScript module may not do: a model computes, and touches neither files nor the host.

#include <memory>
#include <string>

namespace caffe2::serialize {
class ReadAdapterInterface;
}

namespace torch::jit {
struct Module;
}

namespace demask::runtime {

/// Refuses an archive whose loading alone would run code: its own (`__setstate__`), or that of a
/// C++ class which it holds an object of (`torch.classes`). To be called before it is loaded.
/// @throws Error model_invalid; LibTorch's exceptions for what is no archive.
void require_passive_archive(
    const std::string& name,
    const std::shared_ptr<caffe2::serialize::ReadAdapterInterface>& archive);

/// Refuses a module that could do other than compute: all its functions, called or not, may use
/// only operators of the namespaces aten, prim and torchvision, and of those none that reads or
/// writes files, reaches other processes, runs Python, prints, or changes the state of the process.
/// Its tensors may not be sparse nor reach outside the memory that they came with. To be called
/// before the module is run, frozen or optimised.
/// @throws Error model_invalid naming the operator.
void require_harmless(const std::string& name, const torch::jit::Module& module);

}  // namespace demask::runtime
