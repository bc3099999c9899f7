// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Answers to requests.

#include <httplib.h>

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace demask::studio {

/// Headers of every answer: what the page may load, and who may show it.
const httplib::Headers& common_headers();

void answer(httplib::Response& response, const nlohmann::json& value, int status = 200);
void answer(httplib::Response& response, const std::vector<std::uint8_t>& bytes,
            const char* media_type);

/// Answers with {"error": {"code", "message"}}.
void refuse(httplib::Response& response, int status, const std::string& code,
            const std::string& message);

/// Runs a handler and answers with its error if it throws one.
void guarded(httplib::Response& response, const std::function<void()>& handler);

}  // namespace demask::studio
