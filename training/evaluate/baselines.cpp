// SPDX-License-Identifier: Apache-2.0
#include "evaluate/baselines.hpp"

#include <memory>
#include <opencv2/photo.hpp>
#include <utility>

#include "data/csv.hpp"
#include "data/spread.hpp"
#include "demask/inpainter.hpp"
#include "evaluate/shown_batches.hpp"
#include "imaging/mat.hpp"

namespace demask::training {
namespace {

constexpr double inpaint_radius = 5.0;
// Number of faces that the mean face is computed over.
constexpr std::size_t mean_faces = 500;

Painter diffusion(const std::string& name, int method) {
  return {name, [method](const std::vector<HoleFace>& faces) {
            std::vector<cv::Mat> painted(faces.size());
            for (std::size_t i = 0; i < faces.size(); ++i) {
              cv::inpaint(faces[i].truth, faces[i].hole, painted[i], inpaint_radius, method);
            }
            return painted;
          }};
}

bool has_split(const std::filesystem::path& data, const std::string& split) {
  const CsvTable table = CsvTable::read(data / "faces.csv");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, table.column("split")) == split) {
      return true;
    }
  }
  return false;
}

cv::Mat mean_face(const std::vector<FaceRecord>& faces) {
  cv::Mat sum(canonical_size, canonical_size, CV_32FC3, cv::Scalar::all(0));
  cv::Mat weight(canonical_size, canonical_size, CV_32FC3, cv::Scalar::all(1e-6));
  in_shown_batches(faces.size(), "mean face", [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; ++i) {
      const CanonicalFace face =
          make_canonical({read_rgb(faces[i].file), faces[i].landmarks}, canonical_size);
      cv::add(sum, face.rgb, sum, face.coverage, CV_32F);
      cv::add(weight, cv::Scalar::all(1.0), weight, face.coverage);
    }
  });
  cv::Mat mean;
  cv::divide(sum, weight, mean);
  mean.convertTo(mean, CV_8U);
  return mean;
}

Painter mean_painter(const std::filesystem::path& data) {
  const cv::Mat mean = mean_face(spread(read_faces(data, "train"), mean_faces));
  return {"mean_face", [mean](const std::vector<HoleFace>& faces) {
            std::vector<cv::Mat> painted;
            for (const HoleFace& face : faces) {
              mean.copyTo(painted.emplace_back(face.truth.clone()), face.hole);
            }
            return painted;
          }};
}

}  // namespace

std::vector<Painter> make_baselines(const std::filesystem::path& data) {
  std::vector<Painter> painters = {diffusion("telea", cv::INPAINT_TELEA),
                                   diffusion("navier_stokes", cv::INPAINT_NS)};
  if (has_split(data, "train")) {
    painters.push_back(mean_painter(data));
  }
  return painters;
}

Painter make_painter(const std::string& name, const ModelBundle& bundle,
                     const RuntimeOptions& options) {
  const std::shared_ptr<const Inpainter> female = bundle.load_inpainter(Gender::female, options);
  const std::shared_ptr<const Inpainter> male = bundle.load_inpainter(Gender::male, options);
  return {name, [female, male](const std::vector<HoleFace>& faces) {
            std::vector<cv::Mat> painted(faces.size());
            for (const Gender gender : {Gender::female, Gender::male}) {
              std::vector<InpaintInput> inputs;
              std::vector<std::size_t> places;
              for (std::size_t i = 0; i < faces.size(); ++i) {
                if (faces[i].gender != gender) {
                  continue;
                }
                inputs.push_back({imaging::as_view(faces[i].truth, PixelFormat::rgb),
                                  imaging::as_view(faces[i].hole, PixelFormat::gray),
                                  faces[i].landmarks});
                places.push_back(i);
              }
              if (inputs.empty()) {
                continue;
              }
              const Inpainter& inpainter = gender == Gender::female ? *female : *male;
              const std::vector<Image> images = inpainter.inpaint(inputs);
              for (std::size_t i = 0; i < places.size(); ++i) {
                painted[places[i]] = imaging::as_mat(images.at(i).view()).clone();
              }
            }
            return painted;
          }};
}

}  // namespace demask::training
