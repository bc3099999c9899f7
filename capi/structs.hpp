// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads and writes structs of the size that they have in the caller's version of demask.h.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include "error.hpp"

namespace demask::capi {

/// More than the size of any struct in any version of demask.h. A larger `struct_size` means that
/// the caller did not set it.
inline constexpr std::size_t max_struct_size = 4096;

/// Returns the caller's `struct_size`. It must be a multiple of the alignment, as every `sizeof`
/// is, so that it ends between fields. The struct is accessed only as bytes because it may be
/// smaller than `T`.
/// @throws Error invalid_argument naming the struct.
template <typename T>
std::size_t checked_struct_size(const T* object, const char* name) {
  static_assert(std::is_standard_layout_v<T> && offsetof(T, struct_size) == 0);
  std::size_t size = 0;
  std::memcpy(&size, &require(object, name), sizeof size);
  if (size < sizeof size || size > max_struct_size || size % alignof(T) != 0) {
    invalid_argument(std::string(name) + ".struct_size: is " + std::to_string(size) +
                     "; set it to the sizeof of the struct before the call");
  }
  return size;
}

/// Returns a copy of the caller's struct, with `defaults` for the fields that it lacks.
/// @throws Error invalid_argument naming the struct.
template <typename T>
T read_struct(const T* object, const T& defaults, const char* name) {
  const std::size_t size = checked_struct_size(object, name);
  const auto* bytes = reinterpret_cast<const unsigned char*>(object);
  if (size > sizeof(T) &&
      std::any_of(bytes + sizeof(T), bytes + size, [](unsigned char b) { return b != 0; })) {
    invalid_argument(std::string(name) +
                     ": sets a field that this version of the library does not have; leave the "
                     "field zero or use a later library");
  }
  T value = defaults;
  std::memcpy(&value, bytes, std::min(size, sizeof(T)));
  return value;
}

/// Reads a struct as read_struct() does; returns `defaults` if `object` is null.
template <typename T>
T read_optional_struct(const T* object, const T& defaults, const char* name) {
  return object == nullptr ? defaults : read_struct(object, defaults, name);
}

/// Writes the fields that fit the caller's struct, whose checked size is `size`. Fields that only
/// the caller's struct has are set to zero; `struct_size` is not changed.
template <typename T>
void write_struct(T* object, std::size_t size, const T& value) noexcept {
  constexpr std::size_t head = sizeof(std::size_t);
  const std::size_t common = std::min(size, sizeof(T));
  auto* bytes = reinterpret_cast<unsigned char*>(object);
  std::memcpy(bytes + head, reinterpret_cast<const unsigned char*>(&value) + head, common - head);
  std::memset(bytes + common, 0, size - common);
}

/// Checks the size of the caller's struct, then writes it. @throws Error invalid_argument.
template <typename T>
void write_struct(T* object, const char* name, const T& value) {
  write_struct(object, checked_struct_size(object, name), value);
}

/// Element `index` of an array whose elements are spaced by the first one's `struct_size`.
template <typename T>
const T* array_element(const T* first, std::int32_t index, const char* name) {
  const std::size_t size = checked_struct_size(first, name);
  const auto* bytes = reinterpret_cast<const unsigned char*>(first);
  const auto* element = reinterpret_cast<const T*>(bytes + size * static_cast<std::size_t>(index));
  if (checked_struct_size(element, name) != size) {
    invalid_argument(std::string(name) +
                     ": elements differ in struct_size; set all to the sizeof "
                     "of the struct");
  }
  return element;
}

/// Returns `index` as a size_t. @throws Error invalid_argument unless 0 <= index < count.
inline std::size_t checked_index(std::int32_t index, std::size_t count, const char* name) {
  if (index < 0 || static_cast<std::size_t>(index) >= count) {
    invalid_argument(std::string(name) + ": is " + std::to_string(index) +
                     "; must be at least 0 and below " + std::to_string(count));
  }
  return static_cast<std::size_t>(index);
}

/// Converts a number to a C++ enumeration whose values are 0 to count - 1.
/// @throws Error invalid_argument for any other value.
template <typename Enum>
Enum checked_enum(std::int32_t value, std::int32_t count, const char* name) {
  if (value < 0 || value >= count) {
    invalid_argument(std::string(name) + ": " + std::to_string(value) +
                     " is not a value of its enumeration; use one from the header");
  }
  return static_cast<Enum>(value);
}

/// Converts a list size to the int32_t of the C ABI. @throws Error internal if it does not fit.
inline std::int32_t to_count(std::size_t size) {
  if (size > static_cast<std::size_t>(INT32_MAX)) {
    throw Error(ErrorCode::internal, "list: has too many elements for 32 bits; please report it");
  }
  return static_cast<std::int32_t>(size);
}

}  // namespace demask::capi
