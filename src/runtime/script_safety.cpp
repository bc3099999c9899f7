// SPDX-License-Identifier: Apache-2.0
#include "runtime/script_safety.hpp"

#include <ATen/EmptyTensor.h>
#include <c10/core/Allocator.h>
#include <caffe2/serialize/inline_container.h>
#include <fmt/format.h>
#include <malloc.h>
#include <torch/csrc/jit/api/function_impl.h>
#include <torch/csrc/jit/api/module.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>
#include <unordered_set>

#include "demask/error.hpp"

namespace demask::runtime {
namespace {

struct Refusal {
  std::string_view prefix;  // Start of the operator's name.
  const char* reason;
};

constexpr std::array<std::string_view, 3> known_namespaces = {"aten", "prim", "torchvision"};

constexpr std::array<Refusal, 14> refusals = {
    {{"aten::save", "writes files"},
     {"aten::from_file", "reads files"},
     {"aten::manual_seed", "changes the random numbers of the process"},
     {"aten::_sparse_coo_tensor_", "does not check memory accesses"},
     {"aten::_sparse_compressed_tensor_", "does not check memory accesses"},
     {"aten::_sparse_csr_tensor_", "does not check memory accesses"},
     {"aten::_sparse_csc_tensor_", "does not check memory accesses"},
     {"aten::_sparse_bsr_tensor_", "does not check memory accesses"},
     {"aten::_sparse_bsc_tensor_", "does not check memory accesses"},
     {"aten::_print", "prints"},
     {"prim::rpc_", "reaches other processes"},
     {"prim::PythonOp", "runs Python"},
     {"prim::IgnoredPythonOp", "runs Python"},
     {"prim::Print", "prints"}}};

[[noreturn]] void refuse(const std::string& name, const std::string& what, const char* reason) {
  throw Error(ErrorCode::model_invalid,
              fmt::format("{}: it asks for {}, which {}; a model may only compute, so take it out "
                          "and save the module again",
                          name, what, reason));
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// `code` without leading white space, line continuations and comments.
std::string_view without_gap(std::string_view code) {
  while (!code.empty()) {
    if (code.front() == '#') {
      code.remove_prefix(std::min(code.find('\n'), code.size()));
    } else if (std::string_view(" \t\r\n\f\\").find(code.front()) != std::string_view::npos) {
      code.remove_prefix(1);
    } else {
      break;
    }
  }
  return code;
}

// Whether `torch.classes` occurs anywhere, whatever white space it contains.
bool names_torch_classes(std::string_view code) {
  constexpr std::string_view torch = "torch";
  for (std::size_t at = code.find(torch); at != std::string_view::npos;
       at = code.find(torch, at + 1)) {
    const std::string_view dot = without_gap(code.substr(at + torch.size()));
    if (starts_with(dot, ".") && starts_with(without_gap(dot.substr(1)), "classes")) {
      return true;
    }
  }
  return false;
}

// The bytes that a storage may use. A storage reports the size that the file claims; for memory
// from ATen's allocator, which is the C library's, the true size is known.
std::size_t available_bytes(const at::Storage& storage) {
  const at::DataPtr& data = storage.data_ptr();
  const bool is_allocated = data.get() != nullptr && data.get() == data.get_context() &&
                            data.get_deleter() == c10::GetAllocator(c10::kCPU)->raw_deleter();
  return is_allocated ? std::min(storage.nbytes(), ::malloc_usable_size(data.get_context()))
                      : storage.nbytes();
}

// Inspects a module; each check throws if it finds something forbidden.
class Inspection {
 public:
  explicit Inspection(const std::string& name) : name_(name) {}

  void check_block(const torch::jit::Block& block) {
    for (const torch::jit::Value* input : block.inputs()) {
      check_type(*input->type());
    }
    for (const torch::jit::Node* node : block.nodes()) {
      check_operator(node->kind());
      check_constants(*node);
      for (const torch::jit::Value* output : node->outputs()) {
        check_type(*output->type());
      }
      for (const torch::jit::Block* inner : node->blocks()) {
        check_block(*inner);
      }
    }
  }

  void check_value(const c10::IValue& value) const {
    c10::IValue::HashAliasedIValues parts;
    value.getSubValues(parts);
    for (const c10::IValue& part : parts) {
      if (part.isTensor()) {
        check_tensor(part.toTensor());
      }
    }
  }

  void check_type(const c10::Type& type) {
    // A class may have members of its own type.
    if (!seen_.insert(&type).second) {
      return;
    }
    if (const auto* named = type.castRaw<c10::NamedType>(); named != nullptr && named->name()) {
      const std::string text = named->name()->qualifiedName();
      if (starts_with(text, "__torch__.torch.classes.")) {
        refuse(name_, text, "is a class of another library");
      }
    }
    for (const c10::TypePtr& contained : type.containedTypes()) {
      check_type(*contained);
    }
  }

 private:
  void check_operator(const torch::jit::NodeKind& kind) const {
    const std::string qualified = kind.toQualString();
    const std::string_view space = std::string_view(qualified).substr(0, qualified.find("::"));
    if (std::find(known_namespaces.begin(), known_namespaces.end(), space) ==
        known_namespaces.end()) {
      refuse(name_, qualified, "is of a namespace that models have no need of");
    }
    for (const Refusal& refusal : refusals) {
      if (starts_with(qualified, refusal.prefix)) {
        refuse(name_, qualified, refusal.reason);
      }
    }
  }

  void check_constants(const torch::jit::Node& node) const {
    using torch::jit::AttributeKind;
    for (const c10::Symbol& attribute : node.attributeNames()) {
      const AttributeKind kind = node.kindOf(attribute);
      if (kind == AttributeKind::t) {
        check_tensor(node.t(attribute));
      } else if (kind == AttributeKind::ts) {
        for (const at::Tensor& tensor : node.ts(attribute)) {
          check_tensor(tensor);
        }
      } else if (kind == AttributeKind::ival) {
        check_value(node.ival(attribute));
      }
    }
  }

  // LibTorch trusts the file for the size, strides and offset of a stored tensor.
  void check_tensor(const at::Tensor& tensor) const {
    if (!tensor.defined()) {
      return;
    }
    // It does not check the indices of a sparse tensor against its size either.
    if (tensor.layout() != c10::kStrided) {
      throw Error(
          ErrorCode::model_invalid,
          fmt::format("{}: a stored tensor is sparse, whose indices nothing checks; make it "
                      "dense and save the module again",
                      name_));
    }
    const auto is_negative = [](std::int64_t value) { return value < 0; };
    const bool is_malformed =
        tensor.storage_offset() < 0 ||
        std::any_of(tensor.sizes().begin(), tensor.sizes().end(), is_negative) ||
        std::any_of(tensor.strides().begin(), tensor.strides().end(), is_negative);
    if (is_malformed ||
        at::detail::computeStorageNbytes(tensor.sizes(), tensor.strides(), tensor.itemsize(),
                                         static_cast<std::size_t>(tensor.storage_offset())) >
            available_bytes(tensor.storage())) {
      throw Error(ErrorCode::model_invalid,
                  fmt::format("{}: a tensor reaches outside the memory that the file gives it; "
                              "fetch the file again",
                              name_));
    }
  }

  const std::string& name_;
  std::unordered_set<const c10::Type*> seen_;
};

}  // namespace

void require_passive_archive(
    const std::string& name,
    const std::shared_ptr<caffe2::serialize::ReadAdapterInterface>& archive) {
  caffe2::serialize::PyTorchStreamReader reader(archive);
  for (const std::string& record : reader.getAllRecords()) {
    const bool is_code = starts_with(record, "code/");
    if (!is_code && !ends_with(record, ".pkl")) {
      continue;
    }
    const auto [data, size] = reader.getRecord(record);
    const std::string_view text(static_cast<const char*>(data.get()), size);
    if (is_code && text.find("__setstate__") != std::string_view::npos) {
      refuse(name, "__setstate__", "runs while the module is loaded");
    }
    if (names_torch_classes(text)) {
      refuse(name, "torch.classes", "may run code of other libraries while the module is loaded");
    }
  }
}

void require_harmless(const std::string& name, const torch::jit::Module& module) {
  Inspection inspection(name);
  for (torch::jit::Function* function : module._ivalue()->compilation_unit()->get_functions()) {
    // Functions of an archive are compiled on first use.
    function->ensure_defined();
    inspection.check_block(*torch::jit::toGraphFunction(*function).graph()->block());
  }
  inspection.check_type(*module.type());
  inspection.check_value(module._ivalue());
}

}  // namespace demask::runtime
