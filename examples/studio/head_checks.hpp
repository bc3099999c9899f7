// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Checks on the head of a request, before its body is read.

#include <httplib.h>

#include <cstddef>
#include <optional>

#include "access.hpp"
#include "limits.hpp"

namespace demask::studio {

/// The size that a request declares for its body, 0 if it declares none; absent if it is no number.
std::optional<std::size_t> declared_size(const httplib::Request& request);

/// Answers a request that must not be handled: from another site, without the secret, or with a
/// body that is too large, compressed or of unknown size. Returns whether it did.
bool refuse_by_head(const Access& access, const Limits& limits, const httplib::Request& request,
                    httplib::Response& response);

}  // namespace demask::studio
