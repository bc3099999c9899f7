// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reconstruction of videos: frames go in one by one and come out with the masks replaced by faces.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "demask/export.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/image.hpp"

namespace demask {

/// Options of one video.
struct VideoOptions {
  /// The defaults of the options of a frame: those of a photo, with Quality::fast.
  [[nodiscard]] static ReconstructOptions frame_options() {
    ReconstructOptions options;
    options.quality = Quality::fast;
    return options;
  }

  /// The options of each frame. Mask, boxes, landmarks, `both_when_uncertain`, `variants` and
  /// FaceSelection::index belong to a single photo and may not be set, nor may Quality::best, which
  /// takes seconds for each face. Quality::fine is allowed, and several times slower than `fast`.
  ReconstructOptions reconstruct = frame_options();
  /// Reconstructs only the face of this track (VideoFrame::track_ids), at least 0; `selection` must
  /// then be FaceSelection::all. If absent, `selection` decides.
  std::optional<std::int64_t> track_id;
  /// The detector runs on every `detect_interval`-th frame, and on all frames while a track is
  /// lost, new or not confirmed by the detector; 1 to 1000.
  int detect_interval = 15;
  /// Cutoff frequency, in Hz, of the filter that smooths the landmarks of a face at rest, in (0,
  /// 1000]: a lower cutoff is steadier (One Euro filter, Casiez et al., CHI 2012). A face is at
  /// rest when its landmarks do not move once the rigid motion of the face has been removed.
  double landmark_cutoff = 1.0;
  /// How much `landmark_cutoff` rises with the speed of a landmark on the face, in Hz per eye
  /// distance per second, in [0, 1000]: a higher value follows expressions faster.
  double landmark_beta = 4.0;
  /// Time constant, in seconds, over which the outline of the mask is averaged on the moving face,
  /// in [0, 10]; 0 treats each frame by itself. Clear changes are followed at once.
  double mask_seconds = 0.2;
  /// Time constant, in seconds, over which the painted pixels are averaged on the moving face, in
  /// [0, 10]; 0 treats each frame by itself.
  double paint_seconds = 0.4;
};

/// A frame and its time.
struct TimedFrame {
  ImageView image;       ///< Borrowed for the call; any size and format.
  double seconds = 0.0;  ///< Time of the frame in the stream.
};

/// The outcome of one frame.
struct VideoFrame {
  Result result;  ///< As for a photo, except that the faces are in the order of their track ids.
  /// The track id of each face of `result.faces`. Ids count from 0 in the order in which faces
  /// appear; a VideoReconstructor never reuses an id.
  std::vector<std::int64_t> track_ids;
  bool detector_ran = false;  ///< Whether the face detector ran on this frame.
  bool scene_cut = false;     ///< Whether the scene differs from the previous frame's.
};

/// Reconstructs the frames of one video stream. Faces are tracked: between runs of the detector,
/// optical flow carries the landmarks of the previous frame to where the face is searched for. A
/// track's gender is decided from all of its frames, and its landmarks, mask and painted pixels are
/// smoothed in coordinates that move with the face. The painted face is a plausible guess and never
/// an identification.
///
/// @code
/// const demask::FaceReconstructor reconstructor;
/// demask::VideoReconstructor video(reconstructor);
/// double seconds = 0.0;
/// for (const char* file : {"frame1.png", "frame2.png"}) {
///   const demask::VideoFrame frame = video.reconstruct(demask::read_image(file), seconds);
///   demask::write_image(std::string("unmasked_") + file, frame.result.photo);
///   seconds += 1.0 / 25.0;
/// }
/// @endcode
///
/// An object holds the state of one stream, so its functions must not run at the same time. Any
/// number of objects, each in its own thread, may share the models of one FaceReconstructor.
class DEMASK_API VideoReconstructor {
 public:
  /// Shares the models of `reconstructor`, which may be destroyed before this object.
  /// @throws Error invalid_argument (options).
  explicit VideoReconstructor(const FaceReconstructor& reconstructor, VideoOptions options = {});
  ~VideoReconstructor();
  VideoReconstructor(VideoReconstructor&&) noexcept;
  VideoReconstructor& operator=(VideoReconstructor&&) noexcept;

  /// Reconstructs the next frame. Pixels outside `result.changed` are bit-identical to the frame.
  /// All tracks restart when the frame's size or scene differs from the previous frame's.
  /// @param seconds  time of the frame; must be greater than that of the previous frame.
  /// @throws Error invalid_image, image_too_large, invalid_argument (time), cancelled,
  ///         model_invalid, and the errors of loading a model. After an error all tracks are
  ///         forgotten, and the next frame starts new ones.
  [[nodiscard]] VideoFrame reconstruct(const ImageView& frame, double seconds);
  /// Reconstructs the next frame, given as an image; takes temporaries too. @throws Error as the
  /// overload for views.
  [[nodiscard]] VideoFrame reconstruct(const Image& frame, double seconds) {
    return reconstruct(frame.view(), seconds);
  }

  /// Reconstructs the next frames together, with the results of calls for one frame after the
  /// other. It takes less time because the faces of all frames go through each network together. A
  /// good number of frames is the number of threads.
  /// @throws Error as for one frame; then no frame of the call has a result.
  [[nodiscard]] std::vector<VideoFrame> reconstruct(const std::vector<TimedFrame>& frames);

  /// Forgets all tracks and the time of the last frame; call it before a new stream.
  void reset() noexcept;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace demask
