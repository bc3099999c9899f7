// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Names of uploaded and saved files.

#include <string>

namespace demask::studio {

/// The last part of a name that a browser gives, without control characters and with at most 200
/// bytes; never empty.
std::string clean_name(const std::string& name);

/// The value of a Content-Disposition header that saves an answer under a name (RFC 6266, RFC
/// 5987).
std::string attachment(const std::string& name);

/// Whether a file of this name, written by this build, holds the mark of synthetic pictures itself.
bool holds_mark(const std::string& name);

}  // namespace demask::studio
