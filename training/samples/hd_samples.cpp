// SPDX-License-Identifier: Apache-2.0
#include "samples/hd_samples.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <utility>

#include "augment/augmentation.hpp"
#include "augment/canonical_sampling.hpp"
#include "core/prior_square.hpp"
#include "data/csv.hpp"
#include "data/face_dataset.hpp"
#include "demask/error.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

// Decibels of a face against itself at half size, above which the photo was enlarged.
constexpr float max_detail = 30.0F;
// Of so many faces of the training split one is for validation.
constexpr std::size_t validation_stride = 16;

std::map<std::string, float> read_detail(const std::filesystem::path& file) {
  const CsvTable table = CsvTable::read(file);
  const std::size_t name = table.column("file");
  const std::size_t detail = table.column("detail");
  std::map<std::string, float> all;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    all.emplace(table.text(row, name), table.number(row, detail));
  }
  return all;
}

}  // namespace

std::vector<HdFace> read_hd_faces(const std::filesystem::path& data, const std::string& split) {
  const std::filesystem::path folder = data / "hd";
  const std::map<std::string, float> detail = read_detail(folder / "crops.csv");
  const CsvTable table = CsvTable::read(folder / "faces.csv");
  const std::size_t file = table.column("file");
  const std::size_t source = table.column("source");
  const std::size_t split_column = table.column("split");
  const std::size_t box = table.column("box_x");
  const std::size_t eyes = table.column("right_eye_x");
  const bool test = split == "test";
  std::vector<HdFace> faces;
  std::size_t seen = 0;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if ((table.text(row, split_column) == "test") != test) {
      continue;
    }
    const auto found = detail.find(table.text(row, file));
    if (found == detail.end() || found->second > max_detail) {
      continue;
    }
    const bool validation = seen++ % validation_stride == 0;
    if (!test && validation != (split == "val")) {
      continue;
    }
    HdFace& face = faces.emplace_back();
    face.file = folder / table.text(row, file);
    face.source = table.text(row, source);
    face.box = {table.number(row, box), table.number(row, box + 1), table.number(row, box + 2),
                table.number(row, box + 3)};
    face.roll = std::atan2(table.number(row, eyes + 3) - table.number(row, eyes + 1),
                           table.number(row, eyes + 2) - table.number(row, eyes));
  }
  if (faces.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no face in split '{}'; check the column 'split' of faces.csv and "
                            "the files of crops.csv",
                            folder.string(), split));
  }
  return faces;
}

HdSamples::HdSamples(std::vector<HdFace> faces, std::shared_ptr<const LandmarkDetector> landmarks,
                     const synthesis::MaskSynthesizer& synthesizer, std::uint64_t seed, int loaders)
    : faces_(std::move(faces)),
      found_(faces_.size()),
      landmarks_(std::move(landmarks)),
      synthesizer_(synthesizer),
      order_(faces_.size(), seed),
      workers_(loaders) {}

PriorBatch HdSamples::training_batch(std::uint64_t first, int count, int size) {
  std::vector<PriorFace> faces;
  for (int place = 0; place < count; ++place) {
    faces.push_back(read(order_.item(first + static_cast<std::uint64_t>(place))));
  }
  PriorBatch batch(count, size);
  workers_.for_each(faces.size(), [&](std::size_t place) {
    std::mt19937_64 engine = order_.engine(first + place);
    PriorFace& face = faces[place];
    if (Random(engine).chance(0.5F)) {
      const AnnotatedPhoto mirrored = mirror({face.rgb, face.landmarks});
      face.rgb = mirrored.rgb;
      face.landmarks = mirrored.landmarks;
      face.to_unit = core::prior_similarity(face.landmarks, PriorFace::unit_side);
    }
    const PriorVariation variation{true, Random(engine).uniform(0.0F, 1.0F)};
    put_masked_face(batch, static_cast<int>(place), face, variation, synthesizer_, engine);
  });
  return batch;
}

PriorBatch HdSamples::validation_batch(std::size_t first, int count, int size) {
  PriorBatch batch(count, size);
  for (int place = 0; place < count; ++place) {
    const std::size_t item = first + static_cast<std::size_t>(place);
    std::mt19937_64 engine(item);
    put_masked_face(batch, place, read(item), {false, 1.0F}, synthesizer_, engine);
  }
  return batch;
}

PriorFace HdSamples::read(std::size_t item) {
  const HdFace& face = faces_[item];
  PriorFace result;
  result.rgb = read_rgb(face.file);
  if (found_[item].empty()) {
    const FaceRegion region{imaging::as_view(result.rgb, PixelFormat::rgb), face.box, face.roll};
    found_[item] = to_ibug68(landmarks_->detect(region));
  }
  result.landmarks = found_[item];
  result.to_unit = core::prior_similarity(result.landmarks, PriorFace::unit_side);
  return result;
}

}  // namespace demask::training
