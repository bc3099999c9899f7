#include <catch2/catch.hpp>
#include <filesystem>
#include <string>

#include "../support/expect_error.hpp"
#include "runtime/script_model.hpp"

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

}  // namespace

TEST_CASE("A module that asks for files is refused before it runs", "[script_safety]") {
  refuses("saves_file", "aten::save, which writes files");
  refuses("reads_file", "aten::from_file, which reads files");
  refuses("reads_file_elsewhere", "aten::from_file");
  CHECK(!std::filesystem::exists("written_by_a_model.pt"));
}

TEST_CASE("A module that reaches for its host is refused", "[script_safety]") {
  refuses("prints", "prim::Print, which prints");
  refuses("seeds", "aten::manual_seed, which changes the random numbers");
  refuses("profiles", "profiler::_record_function_enter, which is of a namespace");
}

TEST_CASE("A module whose loading runs code is refused before it is loaded", "[script_safety]") {
  refuses("runs_when_loaded", "__setstate__, which runs while the module is loaded");
  CHECK(!std::filesystem::exists("written_by_a_model.pt"));
}

TEST_CASE("A stored tensor that claims more memory than it has is refused", "[script_safety]") {
  CHECK_NOTHROW(load("buffer"));
  // Later LibTorchs compare a tensor with its storage themselves, in words of their own.
  expect_error(ErrorCode::model_invalid,
               "model buffer_enlarged: ", [] { load("buffer_enlarged"); });
  expect_error(ErrorCode::model_invalid, "model storage_enlarged: a tensor reaches outside",
               [] { load("storage_enlarged"); });
}
