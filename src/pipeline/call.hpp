// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// What all steps of a call share: photos, faces, errors per photo, batches, progress, cancellation
/// and timing.

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
#include "pipeline/reference_face.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

/// Faces of a call. The call owns them.
using Faces = std::vector<Face*>;

/// Photos of a call, as indices into Call::photos.
using PhotoIndices = std::vector<std::size_t>;

/// One photo of a call.
struct Photo {
  ImageView view;  ///< The caller's pixels.
  /// The result, from when the photo has been validated, or the error that ended the work on it.
  BatchResult outcome;
  /// The masks that an instance segmenter found in the photo, once it has run.
  std::optional<std::vector<MaskInstance>> instances;
};

/// Progress of a step: units done and units in total.
struct Tally {
  std::size_t done = 0;
  std::size_t total = 0;
};

/// One call: photos in, results out. The faces of all photos go through each network together, in
/// batches of core::max_batch. A failure becomes the error of one photo, and the work on the others
/// goes on; only Error cancelled, or an exception that is not an Error, ends the call. All
/// functions except timed() are called only from the thread that made the call.
class Call {
 public:
  /// All arguments except the vector itself must outlive the call, the pixels of the photos too.
  Call(const StageProvider& stages, const std::vector<ImageView>& photos,
       const ReconstructOptions& options);

  const StageProvider& stages;
  const ReconstructOptions& options;
  std::vector<Photo> photos;
  /// The faces of all photos, by photo and then by their order within it. Pointers to them are
  /// valid once the detect step is done.
  std::vector<Face> faces;

  /// What was found in the reference photos, once it is needed.
  std::optional<std::vector<Reference>> references;

  /// How carefully faces are painted: the quality asked for, or `fast` without a prior inpainter.
  Quality quality() const;

  /// The faces that are not finished.
  Faces active_faces();
  /// The photos that have no error.
  PhotoIndices good_photos() const;
  /// Moves out the outcome of each photo, which ends the call.
  std::vector<BatchResult> take_results();

  /// Reports the progress of a step to the caller.
  /// @throws Error cancelled if the caller cancels the call.
  void report(PipelineStep step, const Tally& tally) const;

  /// Divides `count` units into consecutive batches, and for each reports the progress and then
  /// calls `work(first, size)`.
  void for_batches(PipelineStep step, std::size_t count, Tally& tally,
                   const std::function<void(std::size_t, std::size_t)>& work) const;
  /// Calls `work` for batches of the active faces among `faces`, and adds each face's share of the
  /// time to it. If a batch fails, its faces are tried one by one.
  void in_batches(PipelineStep step, const Faces& faces, Tally& tally,
                  const std::function<void(const Faces&)>& work);
  /// Runs a whole step in batches of `faces`, as in_batches() with a Tally does, and reports its
  /// end.
  void in_batches(PipelineStep step, const Faces& faces,
                  const std::function<void(const Faces&)>& work);
  /// Calls `work` for batches of `indices`. If a batch fails, its photos are tried one by one.
  void in_batches(PipelineStep step, const PhotoIndices& indices, Tally& tally,
                  const std::function<void(const PhotoIndices&)>& work);

  /// Runs a whole step photo by photo: calls `work(photo, its faces)` for each photo that has some
  /// of `faces`, adds each face's share of the time to it, and reports the progress. If `work`
  /// fails, its error becomes that of the photo.
  void by_photo(PipelineStep step, const Faces& faces,
                const std::function<void(std::size_t, const Faces&)>& work);
  /// Runs `work`; if it fails, its error becomes that of the photo.
  void for_photo(std::size_t photo, const std::function<void()>& work);
  /// Calls `work(i)` for each i below `count`, on several threads at once. If one fails, its error
  /// becomes that of the photo `photo_of(i)`.
  void at_once(std::size_t count, const std::function<std::size_t(std::size_t)>& photo_of,
               const std::function<void(std::size_t)>& work);

 private:
  void fail(std::size_t photo, const Error& error);
  template <typename Item>
  void attempt(const std::vector<Item>& batch,
               const std::function<void(const std::vector<Item>&)>& work);
};

/// Runs `work` and adds its time to the faces in equal shares. Safe to call at once on different
/// faces.
void timed(PipelineStep step, const Faces& faces, const std::function<void()>& work);

}  // namespace demask::pipeline
