// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What one run of the studio accepts at most.

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "demask/image.hpp"

namespace demask::studio {

struct Limits {
  std::size_t photo_bytes = std::size_t{128} << 20U;  ///< Of one uploaded file.
  std::size_t json_bytes = std::size_t{8} << 20U;     ///< Of one request that is no photo.
  std::int64_t pixels = default_max_pixels;           ///< Of one photo.
  /// Of all uploads, decoded photos and painted faces together.
  std::size_t memory_bytes = std::size_t{4} << 30U;
  std::size_t decoded_bytes = std::size_t{1} << 30U;  ///< Of the photos that are kept decoded.
  std::size_t sessions = 8;
  int streams = 2;                         ///< Of events, of one session.
  std::size_t photos = 500;                ///< In one session.
  std::size_t waiting_jobs = 1000;         ///< Over all sessions.
  std::size_t versions = 12;               ///< Painted versions kept of one face.
  std::size_t connections = 32;            ///< Handled at the same time; others wait.
  std::chrono::seconds head_time{5};       ///< In which a request's head has to arrive.
  std::chrono::seconds body_time{30};      ///< In which a request's body has to arrive.
  std::chrono::seconds response_time{60};  ///< In which a response has to be taken.
  /// How long a session lives without a stream of events, before its first or after its last.
  std::chrono::seconds absence{10};
};

}  // namespace demask::studio
