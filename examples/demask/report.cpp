// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include "file_names.hpp"

namespace demask::program {
namespace {

using nlohmann::json;

json path_or_null(const std::filesystem::path& path) {
  return path.empty() ? json(nullptr) : json(utf8_of(path));
}

json stage_times(const FaceResult& face) {
  json times = json::object();
  for (int i = 0; i < pipeline_step_count; ++i) {
    const auto step = static_cast<PipelineStep>(i);
    times[to_string(step)] = face.milliseconds[step];
  }
  return times;
}

/// One entry for each variant of a face. `files` has one element per variant or is empty.
json variant_entries(const FaceResult& face, const std::vector<std::filesystem::path>& files) {
  json entries = json::array();
  for (std::size_t i = 0; i < face.variants.size(); ++i) {
    json entry{{"likelihood", face.variants[i].likelihood},
               {"aligned_file", i < files.size() ? path_or_null(files[i]) : json(nullptr)}};
    add_landmarks(entry, face.variants[i].landmarks);
    entries.push_back(std::move(entry));
  }
  return entries;
}

json face_entry(const FaceResult& face, const FaceFiles& files) {
  json entry{{"status", to_string(face.status)},
             {"quality", nullptr},
             {"reason", face.reason},
             {"box", to_json(face.box)},
             {"score", face.score},
             {"gender", nullptr},
             {"gender_probability", nullptr},
             {"gender_uncertain", face.gender_uncertain},
             {"mask_file", path_or_null(files.mask)},
             {"aligned_before_file", path_or_null(files.aligned_before)},
             {"aligned_mask_file", path_or_null(files.aligned_mask)},
             {"aligned_after_file", path_or_null(files.aligned_after)},
             {"aligned_alternative_file", path_or_null(files.aligned_alternative)},
             {"reference", to_string(face.reference)},
             {"reference_reason", face.reference_reason},
             {"variants", variant_entries(face, files.aligned_variants)},
             {"ms", stage_times(face)}};
  if (face.status == FaceStatus::reconstructed) {
    entry["quality"] = to_string(face.quality);
  }
  if (face.gender) {
    entry["gender"] = to_string(face.gender->gender);
    entry["gender_probability"] = face.gender->probability;
  }
  add_landmarks(entry, face.landmarks);
  return entry;
}

json model_entry(const ModelSpec& spec) {
  return {{"stage", to_string(spec.stage)},
          {"variant", spec.variant},
          {"file", spec.file},
          {"sha256", spec.sha256},
          {"size_bytes", spec.size_bytes},
          {"license", spec.license},
          {"training_data", spec.training_data},
          {"metrics", spec.metrics}};
}

json artifact_entry(const TrainingArtifact& artifact) {
  return {{"name", artifact.name},
          {"variant", artifact.variant},
          {"file", artifact.file},
          {"sha256", artifact.sha256},
          {"size_bytes", artifact.size_bytes}};
}

}  // namespace

json to_json(const Box& box) { return {box.x, box.y, box.width, box.height}; }

json to_json(const std::vector<Point>& points) {
  json list = json::array();
  for (const Point& point : points) {
    list.push_back({point.x, point.y});
  }
  return list;
}

json to_json(const Error& error) {
  return {{"code", to_string(error.code())}, {"message", error.what()}};
}

json to_json(const ModelBundle& bundle) {
  json models = json::array();
  for (const ModelSpec& spec : bundle.models()) {
    models.push_back(model_entry(spec));
  }
  json artifacts = json::array();
  for (const TrainingArtifact& artifact : bundle.training_artifacts()) {
    artifacts.push_back(artifact_entry(artifact));
  }
  return {{"name", bundle.name()},
          {"version", bundle.version()},
          {"license", bundle.license()},
          {"folder", path_or_null(bundle.folder())},
          {"variant", bundle.variant()},
          {"variants", bundle.variants()},
          {"models", models},
          {"training_artefacts", artifacts}};
}

void add_landmarks(json& face, const Landmarks& landmarks) {
  const bool is_wflw = landmarks.scheme == LandmarkScheme::wflw98;
  face["landmark_scheme"] = is_wflw ? "wflw98" : "ibug68";
  face["landmarks"] = to_json(landmarks.points);
  face["landmark_confidence"] = landmarks.confidence;
  if (is_wflw && !landmarks.empty()) {
    face["landmarks68"] = to_json(to_ibug68(landmarks).points);
  }
}

json photo_entry(const PhotoJob& job, const Result& result, const std::vector<FaceFiles>& files) {
  json variants = json::array();
  for (std::size_t i = 0; i < job.variants.size() && !result.variant_photos.empty(); ++i) {
    variants.push_back(utf8_of(job.variants[i]));
  }
  json faces = json::array();
  for (std::size_t i = 0; i < result.faces.size(); ++i) {
    faces.push_back(face_entry(result.faces[i], i < files.size() ? files[i] : FaceFiles{}));
  }
  const bool has_alternative = !result.alternative_photo.empty() && !job.alternative.empty();
  return {{"input", utf8_of(job.input)},
          {"output", path_or_null(job.output)},
          {"alternative", has_alternative ? json(utf8_of(job.alternative)) : json(nullptr)},
          {"variant_sheet", variants.empty() ? json(nullptr) : json(utf8_of(job.variant_sheet))},
          {"variants", std::move(variants)},
          {"panel", path_or_null(job.panel)},
          {"error", nullptr},
          {"width", result.photo.width()},
          {"height", result.photo.height()},
          {"detect_ms", result.detect_milliseconds},
          {"faces", faces}};
}

json failed_entry(const std::filesystem::path& input, const Error& error) {
  return {{"input", utf8_of(input)},
          {"output", nullptr},
          {"error", to_json(error)},
          {"faces", json::array()}};
}

std::string document(json photos, const std::vector<LeftOut>& left_out, const ModelBundle& bundle) {
  json files = json::array();
  for (const LeftOut& file : left_out) {
    files.push_back({{"path", utf8_of(file.path)}, {"reason", to_string(file.reason)}});
  }
  const json whole{{"photos", std::move(photos)},
                   {"left_out", std::move(files)},
                   {"bundle", to_json(bundle)},
                   {"version", version()}};
  return whole.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace demask::program
