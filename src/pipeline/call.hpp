// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What all steps of one call share: photos, faces, errors by photo, batches, progress,
/// cancellation and times.

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "demask/image.hpp"
#include "demask/progress.hpp"
#include "demask/reconstruct_options.hpp"
#include "demask/result.hpp"
#include "demask/segmenter.hpp"
#include "pipeline/face.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// Faces of a call, which belong to it.
using Faces = std::vector<Face*>;

/// Photos of a call, by their positions in it.
using PhotoIndices = std::vector<std::size_t>;

/// One photo of a call.
struct Photo {
  ImageView view;  ///< The caller's pixels.
  /// A result once the photo is known to be readable, or the error that ended the work on it.
  BatchResult outcome;
  /// The masks that an instance segmenter found in the photo, once it has run.
  std::optional<std::vector<MaskInstance>> instances;
};

/// Units of a step that are done, and all of them.
struct Tally {
  std::size_t done = 0;
  std::size_t total = 0;
};

/// One call: photos in, results out. Faces of all photos go through each network together, in
/// batches of core::max_batch. What fails is the error of one photo, and the work on the others
/// goes on; only Error cancelled and what is not an Error ends the call. The functions are called
/// from the calling thread alone, but for timed().
class Call {
 public:
  /// All but the vector must outlive the call.
  Call(const StageProvider& stages, const std::vector<ImageView>& photos,
       const ReconstructOptions& options);

  const StageProvider& stages;
  const ReconstructOptions& options;
  std::vector<Photo> photos;
  /// Of all photos, by photo and then by their order in it. Pointers to them are valid from when
  /// the detect step is done.
  std::vector<Face> faces;

  /// The faces that are still worked on.
  Faces active_faces();
  /// The photos that have no error.
  PhotoIndices good_photos() const;
  /// What came of the photos. The call is over then.
  std::vector<BatchResult> take_results();

  /// Tells the caller how far a step has come.
  /// @throws Error cancelled if the caller asks for it.
  void report(PipelineStep step, const Tally& tally) const;

  /// Calls `work(first, count)` for consecutive batches of `count` units, which it reports before
  /// each.
  void for_batches(PipelineStep step, std::size_t count, Tally& tally,
                   const std::function<void(std::size_t, std::size_t)>& work) const;
  /// Calls `work` for batches of those of `faces` that are still active, and adds the time to each
  /// of them. If a batch fails, its faces are tried one by one.
  void in_batches(PipelineStep step, const Faces& faces, Tally& tally,
                  const std::function<void(const Faces&)>& work);
  /// A step that consists of such batches alone, which ends with a report.
  void in_batches(PipelineStep step, const Faces& faces,
                  const std::function<void(const Faces&)>& work);
  /// Calls `work` for batches of `indices`. If a batch fails, its photos are tried one by one.
  void in_batches(PipelineStep step, const PhotoIndices& indices, Tally& tally,
                  const std::function<void(const PhotoIndices&)>& work);

  /// Runs `work`; what fails is the error of the photo.
  void for_photo(std::size_t photo, const std::function<void()>& work);
  /// Calls `work(i)` for each i below `count`, several at once; what fails is the error of
  /// `photo_of(i)`.
  void at_once(std::size_t count, const std::function<std::size_t(std::size_t)>& photo_of,
               const std::function<void(std::size_t)>& work);

 private:
  void fail(std::size_t photo, const Error& error);
  template <typename Item>
  void attempt(const std::vector<Item>& batch,
               const std::function<void(const std::vector<Item>&)>& work);
};

/// Runs `work` and adds its time to the faces, in equal shares. Safe for concurrent calls on
/// different faces.
void timed(PipelineStep step, const Faces& faces, const std::function<void()>& work);

}  // namespace demask::pipeline
