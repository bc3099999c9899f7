// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The JSON documents that the program writes; docs/report.schema.json describes the report.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "demask/demask.hpp"
#include "face_files.hpp"
#include "photo_files.hpp"

namespace demask::program {

nlohmann::json to_json(const Box& box);
nlohmann::json to_json(const std::vector<Point>& points);
nlohmann::json to_json(const Error& error);
nlohmann::json to_json(const ModelBundle& bundle);

/// Adds the points of a landmark set, their confidences and their scheme to a face.
void add_landmarks(nlohmann::json& face, const Landmarks& landmarks);

/// The entry of a photo that was processed. `files` has one element per face or is empty.
nlohmann::json photo_entry(const PhotoJob& job, const Result& result,
                           const std::vector<FaceFiles>& files);

/// The entry of a photo that failed, or of a folder that cannot be searched.
nlohmann::json failed_entry(const std::filesystem::path& input, const Error& error);

/// The text of a document with the members "photos", "left_out", "bundle" and "version". In paths,
/// bytes that are not UTF-8 become \xHH.
std::string document(nlohmann::json photos, const std::vector<LeftOut>& left_out,
                     const ModelBundle& bundle);

}  // namespace demask::program
