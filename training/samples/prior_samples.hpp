#pragma once

/// @file
/// Masked faces whose codes in a face generator are known.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <opencv2/core.hpp>
#include <random>
#include <vector>

#include "common/image_batch.hpp"
#include "common/sample_order.hpp"
#include "common/training_options.hpp"
#include "demask/landmark_detector.hpp"
#include "synthesis/mask_synthesizer.hpp"

namespace demask::training {

/// A generated face and the codes it was made of.
struct GeneratedFace {
  cv::Mat rgb;               ///< CV_8UC3, a square of any size.
  std::vector<float> codes;  ///< Row-major [layers, code size].
};

/// Makes the faces numbered `first`, `first` + 1, ..., which depend on nothing but their number.
using FaceSource = std::function<std::vector<GeneratedFace>(std::uint64_t first, int count)>;

/// Masked generated faces. All images have one size.
struct PriorBatch {
  PriorBatch(int count, int size);

  ImageBatch truth;          ///< RGB: the bare face.
  ImageBatch visible;        ///< RGB: the same with what is seen of a mask around its hole.
  ImageBatch hole;           ///< 255 inside the hole.
  ImageBatch landmark_map;   ///< As the library draws it, of landmarks with errors.
  std::vector<float> codes;  ///< Row-major [count, layers, code size].
};

/// Masks generated faces. What a sample is depends on its number and the seed alone, so that a
/// resumed run goes on where it stopped.
class PriorSamples {
 public:
  /// @param source of the faces, called from the thread that asks for batches.
  /// @param landmarks finds the 68 points of the bare faces.
  PriorSamples(FaceSource source, std::shared_ptr<const LandmarkDetector> landmarks,
               const synthesis::MaskSynthesizer& synthesizer, int size, std::uint64_t seed,
               const FaceReuse& reuse);

  /// Batch `number` of an endless augmented sequence. Call from one thread.
  PriorBatch training_batch(std::uint64_t number, int count);

  /// Faces `first` to `first` + `count` - 1, each once, with errors of the landmarks as the default
  /// detector's and nothing else that varies but the mask.
  PriorBatch validation_batch(std::uint64_t first, int count) const;

 private:
  struct Face {
    GeneratedFace generated;
    Landmarks landmarks;
  };

  std::vector<Face> make_faces(std::uint64_t first, int count) const;
  void show_faces_until(std::uint64_t oldest, std::uint64_t newest);
  void fill(PriorBatch& batch, int index, const Face& face, bool augment,
            std::mt19937_64& engine) const;

  FaceSource source_;
  std::shared_ptr<const LandmarkDetector> landmarks_;
  synthesis::MaskSynthesizer synthesizer_;
  int size_;
  SampleOrder order_;
  FaceReuse reuse_;
  std::deque<Face> shown_;         ///< The faces that samples are taken from.
  std::uint64_t first_shown_ = 0;  ///< Number of the first of them.
};

}  // namespace demask::training
