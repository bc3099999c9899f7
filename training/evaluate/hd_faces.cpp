// SPDX-License-Identifier: Apache-2.0
#include "evaluate/hd_faces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "augment/put_masks_on.hpp"
#include "data/csv.hpp"
#include "demask/error.hpp"
#include "evaluate/split_faces.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

// The sharpness of each face, by file; empty without the table.
std::map<std::string, float> read_sharpness(const std::filesystem::path& folder) {
  std::map<std::string, float> sharpness;
  if (!std::filesystem::exists(folder / "crops.csv")) {
    return sharpness;
  }
  const CsvTable table = CsvTable::read(folder / "crops.csv");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    sharpness[(folder / table.text(row, table.column("file"))).string()] =
        table.number(row, table.column("detail"));
  }
  return sharpness;
}

}  // namespace

std::vector<HdFace> read_hd_faces(const EvaluationOptions& options) {
  const std::filesystem::path folder = options.data / "hd";
  std::vector<FaceRecord> records = read_face_table(folder, options.split);
  if (records.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no face in split '{}'; check the column 'split' of faces.csv",
                            folder.string(), options.split));
  }
  const std::map<std::string, float> sharpness = read_sharpness(folder);
  const std::size_t count =
      options.limit == 0 ? records.size() : std::min(options.limit, records.size());
  std::vector<HdFace> faces;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t index = i * records.size() / count;
    const auto found = sharpness.find(records[index].file.string());
    const bool sharp = found == sharpness.end() || found->second <= enlarged_psnr;
    faces.push_back({index, std::move(records[index]), sharp});
  }
  return faces;
}

std::optional<Landmarks> landmarks_of(const FaceRecord& face, const cv::Mat& rgb,
                                      const FaceAnnotator& annotator) {
  float best = 0.3F;
  std::optional<Landmarks> landmarks;
  const auto found = annotator.find({imaging::as_view(rgb, PixelFormat::rgb)});
  for (const FaceResult& candidate : found.front()) {
    const float overlap = intersection_over_union(candidate.box, face.box);
    if (overlap >= best) {
      best = overlap;
      landmarks = to_ibug68(candidate.landmarks);
    }
  }
  return landmarks;
}

std::optional<MaskedHdFace> mask_hd_face(const HdFace& face, const cv::Mat& rgb,
                                         const Landmarks& landmarks,
                                         const synthesis::MaskSynthesizer& synthesizer,
                                         std::uint64_t seed) {
  const double min_pixels = min_body_share * static_cast<double>(face.record.box.area());
  for (std::uint64_t draw = 0; draw < max_draws; ++draw) {
    PhotoWithMasks masked =
        put_masks_on(rgb, {landmarks}, synthesizer, mask_seed(seed, face.index, draw));
    if (cv::countNonZero(masked.mask) >= min_pixels) {
      return MaskedHdFace{std::move(masked.rgb), std::move(masked.mask)};
    }
  }
  return std::nullopt;
}

}  // namespace demask::training
