// SPDX-License-Identifier: Apache-2.0
#include <torch/csrc/jit/api/module.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "../support/expect_error.hpp"
#include "runtime/script_model.hpp"
#include "runtime/script_safety.hpp"

using demask::ErrorCode;
using demask::ModelSource;
using demask::runtime::ScriptModel;
using demask::test::expect_error;

namespace {

void load(const std::string& name) {
  const auto file = std::filesystem::path(DEMASK_TEST_MODULES) / (name + ".pt");
  ScriptModel("model " + name, ModelSource{file, nullptr, 0}, {});
}

void refuses(const std::string& name, const std::string& text) {
  expect_error(ErrorCode::model_invalid, "model " + name + ": it asks for " + text,
               [&] { load(name); });
}

// A module whose forward is a single operator, which this LibTorch may not have.
torch::jit::Module module_of(const std::string& operator_name) {
  torch::jit::Module module("__torch__.OneOperator");
  const auto graph = std::make_shared<torch::jit::Graph>();
  graph->addInput("self")->setType(module.type());
  torch::jit::Node* node =
      graph->insertNode(graph->create(c10::Symbol::fromQualString(operator_name), 1));
  graph->registerOutput(node->output());
  module.type()->addMethod(module._ivalue()->compilation_unit()->create_function(
      "__torch__.OneOperator.forward", graph));
  return module;
}

}  // namespace

TEST_CASE("A module that reads or writes files is refused before it runs", "[script_safety]") {
  refuses("saves_file", "aten::save, which writes files");
  refuses("reads_file", "aten::from_file, which reads files");
  refuses("reads_file_elsewhere", "aten::from_file");
  CHECK(!std::filesystem::exists("written_by_a_model.pt"));
}

TEST_CASE("A module that accesses its host is refused", "[script_safety]") {
  refuses("prints", "prim::Print, which prints");
  refuses("seeds", "aten::manual_seed, which changes the random numbers");
  refuses("profiles", "profiler::_record_function_enter, which is of a namespace");
}

TEST_CASE("Operators that leave the model are refused under each of their names",
          "[script_safety]") {
  const auto check = [](const std::string& name) {
    demask::runtime::require_harmless("model", module_of(name));
  };
  CHECK_NOTHROW(check("aten::relu"));
  CHECK_NOTHROW(check("prim::ListConstruct"));
  CHECK_NOTHROW(check("torchvision::nms"));
  for (const auto& [name, reason] : {
           std::pair{"aten::save", "writes files"},
           {"aten::from_file", "reads files"},
           {"aten::manual_seed", "changes the random numbers of the process"},
           {"prim::Print", "prints"},
           {"aten::_print", "prints"},
           {"prim::rpc_async", "reaches other processes"},
           {"prim::rpc_sync", "reaches other processes"},
           {"prim::rpc_remote", "reaches other processes"},
           {"prim::PythonOp", "runs Python"},
           {"prim::IgnoredPythonOp", "runs Python"},
           {"aten::_sparse_coo_tensor_unsafe", "does not check memory accesses"},
           {"aten::_sparse_coo_tensor_with_dims_and_tensors", "does not check memory accesses"},
           {"aten::_sparse_compressed_tensor_unsafe", "does not check memory accesses"},
           {"aten::_sparse_csr_tensor_unsafe", "does not check memory accesses"},
           {"aten::_sparse_csc_tensor_unsafe", "does not check memory accesses"},
           {"aten::_sparse_bsr_tensor_unsafe", "does not check memory accesses"},
           {"aten::_sparse_bsc_tensor_unsafe", "does not check memory accesses"},
           {"quantized::linear", "is of a namespace that models have no need of"},
       }) {
    expect_error(ErrorCode::model_invalid,
                 std::string("model: it asks for ") + name + ", which " + reason,
                 [&, name = name] { check(name); });
  }
}

TEST_CASE("A module that uses a C++ class is refused before it is loaded", "[script_safety]") {
  for (const std::string name :
       {"uses_class", "uses_class_spaced", "uses_class_commented", "holds_class", "is_class"}) {
    refuses(name, "torch.classes, which may run code of other libraries while");
  }
  // Detected when its code is compiled, before it runs.
  refuses("uses_class_renamed", "__torch__.torch.classes.profiling._ScriptProfile, which is");
}

TEST_CASE("A module whose loading runs code is refused before it is loaded", "[script_safety]") {
  refuses("runs_when_loaded", "__setstate__, which runs while the module is loaded");
  CHECK(!std::filesystem::exists("written_by_a_model.pt"));
}

TEST_CASE("A stored tensor that claims more memory than it has is refused", "[script_safety]") {
  CHECK_NOTHROW(load("buffer"));
  // Later versions of LibTorch check this themselves, with their own error text.
  expect_error(ErrorCode::model_invalid,
               "model buffer_enlarged: ", [] { load("buffer_enlarged"); });
  expect_error(ErrorCode::model_invalid, "model storage_enlarged: a tensor reaches outside",
               [] { load("storage_enlarged"); });
}

TEST_CASE("A sparse tensor is refused, because its indices are not checked", "[script_safety]") {
  expect_error(ErrorCode::model_invalid, "model sparse_buffer: a stored tensor is sparse",
               [] { load("sparse_buffer"); });
}
