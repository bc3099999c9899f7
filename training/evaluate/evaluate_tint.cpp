// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <optional>
#include <string>
#include <utility>

#include "augment/background.hpp"
#include "augment/masked_photo.hpp"
#include "data/spread.hpp"
#include "evaluate/evaluation.hpp"
#include "evaluate/masked_hd_face.hpp"
#include "evaluate/reconstructors.hpp"
#include "evaluate/shown_batches.hpp"
#include "imaging/mask_morphology.hpp"
#include "metrics/tint.hpp"

namespace demask::training {
namespace {

struct Wall {
  std::string name;
  cv::Scalar color;  // RGB.
};

const Wall gray_wall{"gray", {128, 128, 128}};

// Paints and screens that faces are photographed before.
const std::array<Wall, 6> walls = {{{"yellow", {240, 190, 0}},
                                    {"green", {0, 177, 64}},
                                    {"magenta", {230, 40, 200}},
                                    {"red", {200, 20, 20}},
                                    {"blue", {20, 60, 200}},
                                    {"cyan", {0, 180, 200}}}};

// Levels of the parsing masks.
constexpr int background_level = 0;
constexpr int skin_level = 1;
constexpr int nose_level = 2;
// Width of the border left out around painted and visible skin, as a fraction of the box's height:
// the edge of a hole is blended, and that of a parsing mask is uncertain.
constexpr double border = 0.03;

// The parsing mask of a photo: CV_8UC1 of its size; empty if it has none.
cv::Mat parsing_of(const HdFace& face, const std::filesystem::path& data) {
  const auto file = data / "hd" / "parsing" / face.record.file.filename().replace_extension(".png");
  return std::filesystem::exists(file) ? cv::imread(file.string(), cv::IMREAD_GRAYSCALE)
                                       : cv::Mat();
}

class TintEvaluation {
 public:
  explicit TintEvaluation(const Evaluation& evaluation)
      : evaluation_(evaluation),
        annotator_(evaluation.bundle.load_face_detector(evaluation.options.runtime),
                   evaluation.bundle.load_landmark_detector(evaluation.options.runtime)),
        synthesizer_(make_synthesizer(evaluation.options.data)),
        reconstructors_(make_reconstructors(evaluation)) {}

  void run() {
    const EvaluationOptions& options = evaluation_.options;
    std::vector<HdFace> parsed;
    for (HdFace& face : read_hd_faces(options.data, options.split)) {
      if (!parsing_of(face, options.data).empty()) {
        parsed.push_back(std::move(face));
      }
    }
    const std::vector<HdFace> faces = spread(std::move(parsed), options.limit);
    in_shown_batches(faces.size(), "tint", [&](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) {
        measure(faces[i]);
      }
    });
    report();
  }

 private:
  struct Figures {
    Mean tint;
    std::map<std::string, Mean> by_wall;
    Mean on_gray;
  };

  void measure(const HdFace& face) {
    const cv::Mat bare = read_rgb(face.record.file);
    const cv::Mat parsing = parsing_of(face, evaluation_.options.data);
    const std::optional<Landmarks> landmarks = landmarks_of(face.record, bare, annotator_);
    if (!landmarks || parsing.size() != bare.size()) {
      return;
    }
    for (const NamedReconstructor& named : reconstructors_) {
      Figures& figures = figures_[named.suffix];
      const std::optional<double> gray =
          distance_before(gray_wall, face, bare, parsing, *landmarks, named);
      if (!gray) {
        continue;
      }
      figures.on_gray.add(*gray);
      for (const Wall& wall : walls) {
        if (const auto distance = distance_before(wall, face, bare, parsing, *landmarks, named)) {
          figures.tint.add(*distance - *gray);
          figures.by_wall[wall.name].add(*distance - *gray);
        }
      }
    }
  }

  // The color distance of painted from visible skin before a wall; nothing if the face cannot be
  // masked or is not painted.
  std::optional<double> distance_before(const Wall& wall, const HdFace& face, const cv::Mat& bare,
                                        const cv::Mat& parsing, const Landmarks& landmarks,
                                        const NamedReconstructor& named) const {
    cv::Mat photo = bare.clone();
    replace_background(photo, parsing == background_level,
                       cv::Mat(photo.size(), CV_8UC3, wall.color));
    const std::optional<MaskedHdFace> masked =
        mask_hd_face(face, photo, landmarks, synthesizer_, evaluation_.options.seed);
    if (!masked) {
      return std::nullopt;
    }
    const PaintedPhoto painted = paint(named, masked->rgb, masked->hole, true);
    if (!painted.found) {
      return std::nullopt;
    }
    const int margin = cvRound(border * static_cast<double>(face.record.box.height));
    const cv::Mat others = (parsing != skin_level) & (parsing != nose_level);
    const cv::Mat skin = ~imaging::dilate_mask(others, margin);
    return color_distance(painted.rgb, skin & ~imaging::dilate_mask(~masked->hole, margin),
                          skin & ~imaging::dilate_mask(masked->hole, 2 * margin));
  }

  void report() const {
    for (const auto& [suffix, figures] : figures_) {
      evaluation_.report.add("inpainter.tint" + suffix, figures.tint);
      evaluation_.report.add("inpainter.tint" + suffix, figures.by_wall);
      evaluation_.report.add("inpainter.color_distance_on_gray" + suffix, figures.on_gray);
    }
  }

  const Evaluation& evaluation_;
  FaceAnnotator annotator_;
  synthesis::MaskSynthesizer synthesizer_;
  std::vector<NamedReconstructor> reconstructors_;
  std::map<std::string, Figures> figures_;  // by suffix
};

}  // namespace

void evaluate_tint(const Evaluation& evaluation) { TintEvaluation(evaluation).run(); }

}  // namespace demask::training
