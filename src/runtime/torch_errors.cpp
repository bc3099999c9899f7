// SPDX-License-Identifier: Apache-2.0
#include "runtime/torch_errors.hpp"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <exception>
#include <new>
#include <string_view>

#include "demask/error.hpp"

namespace demask::runtime {
namespace {

// The interpreter's messages are a stack trace with the reason in the last line; all other messages
// begin with the reason.
std::string reason_of(std::string_view message) {
  const std::string_view marker = "Error: ";
  if (message.find("TorchScript interpreter") != std::string_view::npos) {
    const std::size_t last = message.rfind(marker);
    if (last != std::string_view::npos) {
      message.remove_prefix(last + marker.size());
    }
  }
  const std::size_t begin = message.find_first_not_of(" \n");
  if (begin == std::string_view::npos) {
    return "no reason given";
  }
  message.remove_prefix(begin);
  message = message.substr(0, message.find('\n'));
  while (!message.empty() && (message.back() == '.' || message.back() == ' ')) {
    message.remove_suffix(1);
  }
  return std::string(message);
}

// ATen has an out-of-memory exception type for CUDA only, and the interpreter turns std::bad_alloc
// into a plain std::runtime_error.
bool tells_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
      dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) {
    return true;
  }
  const std::string_view text = error.what();
  return text.find("can't allocate memory") != std::string_view::npos ||
         text.find("std::bad_alloc") != std::string_view::npos ||
         text.find("out of memory") != std::string_view::npos;
}

}  // namespace

void throw_translated(const std::string& name, const char* what_failed, const char* remedy) {
  try {
    throw;
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    if (tells_out_of_memory(error)) {
      throw Error(ErrorCode::out_of_memory,
                  fmt::format("{}: not enough memory; free some or use smaller images", name));
    }
    throw Error(ErrorCode::model_invalid,
                fmt::format("{}: {} ({}); {}", name, what_failed, reason_of(error.what()), remedy));
  }
}

}  // namespace demask::runtime
