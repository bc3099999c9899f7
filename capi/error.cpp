// SPDX-License-Identifier: Apache-2.0
#include "error.hpp"

#include <array>
#include <cstring>
#include <exception>
#include <new>

#include "log.hpp"

namespace demask::capi {
namespace {

/// A fixed buffer, so that reporting an out-of-memory error allocates nothing.
using ErrorText = std::array<char, 4096>;

ErrorText& last_error() noexcept {
  thread_local ErrorText text{};
  return text;
}

/// The longest prefix of `text` that fits `capacity` bytes and does not split a UTF-8 character.
std::size_t utf8_prefix_length(const char* text, std::size_t capacity) noexcept {
  std::size_t length = std::strlen(text);
  if (length <= capacity) {
    return length;
  }
  length = capacity;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) {
    --length;
  }
  return length;
}

}  // namespace

demask_status fail(demask_status status, const char* text) noexcept {
  ErrorText& kept = last_error();
  // `text` may be the stored message itself.
  if (text != kept.data()) {
    const std::size_t length = utf8_prefix_length(text, kept.size() - 1);
    std::memmove(kept.data(), text, length);
    kept[length] = '\0';
  }
  log_message(DEMASK_LOG_ERROR, kept.data());
  return status;
}

demask_status fail_with_current_exception() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    return fail(static_cast<demask_status>(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    return fail(DEMASK_ERROR_OUT_OF_MEMORY,
                "memory: an allocation failed; free memory or use a smaller image");
  } catch (const std::exception& error) {
    return fail(DEMASK_ERROR_INTERNAL, error.what());
  } catch (...) {
    return fail(DEMASK_ERROR_INTERNAL, "demask: an exception of unknown type; please report it");
  }
}

}  // namespace demask::capi

const char* demask_last_error() { return demask::capi::last_error().data(); }
