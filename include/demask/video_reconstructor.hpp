#pragma once

/// @file
/// Videos: frames go in one by one, and come out with the faces under the masks.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "demask/export.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/image.hpp"

namespace demask {

/// Parameters of one video.
struct VideoOptions {
  /// As for photos. Mask, boxes, landmarks, `both_when_uncertain` and FaceSelection::index belong
  /// to one photo and may not be set.
  ReconstructOptions reconstruct;
  /// Works on the face of this track alone (VideoFrame::track_ids), at least 0; `selection` must
  /// then be FaceSelection::all. All faces that `selection` takes, if absent.
  std::optional<std::int64_t> track_id;
  /// The detector runs on every frame of this number, and on all frames while a track is lost, new
  /// or not found again by the detector; 1 to 1000.
  int detect_interval = 15;
  /// Cutoff in Hz of the landmarks of a face at rest, in (0, 1000]: less is steadier (One Euro
  /// filter, Casiez et al., CHI 2012). A face is at rest when nothing is left of its landmarks'
  /// motion after the rigid motion of the face has been removed.
  double landmark_cutoff = 1.0;
  /// Rise of that cutoff with the speed of a landmark on the face, in Hz per eye distance a second,
  /// in [0, 1000]: more follows expressions faster.
  double landmark_beta = 4.0;
  /// Time constant in seconds over which the outline of the mask is averaged on the moving face, in
  /// [0, 10]; 0 takes each frame by itself. What changes clearly is followed at once.
  double mask_seconds = 0.2;
  /// Time constant in seconds over which the painted pixels are averaged on the moving face, in
  /// [0, 10]; 0 takes each frame by itself.
  double paint_seconds = 0.4;
};

/// A frame and its time.
struct TimedFrame {
  ImageView image;       ///< Borrowed for the call; any size and format.
  double seconds = 0.0;  ///< Time of the frame in the stream.
};

/// What came of one frame.
struct VideoFrame {
  Result result;  ///< As of a photo, but that the faces come in the order of their track ids.
  /// Track of each face of `result.faces`. Ids count from 0 in the order in which faces appear, and
  /// are not used again within a VideoReconstructor's life.
  std::vector<std::int64_t> track_ids;
  bool detector_ran = false;  ///< Whether the detector has looked at this frame.
  bool scene_cut = false;     ///< The frame shows another scene than the one before.
};

/// Reconstructs the frames of one video stream. Faces are tracked: between runs of the detector a
/// face is looked for where its landmarks of the frame before have moved to by the optical flow. A
/// track's gender is decided from all of its frames, and its landmarks, mask and painting are kept
/// steady in coordinates that move with the face. What is painted is a plausible guess and never an
/// identification.
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
/// An object is the state of one stream: calls of one object must not run at once. Any number of
/// objects may share one FaceReconstructor's models, each in a thread of its own.
class DEMASK_API VideoReconstructor {
 public:
  /// Shares the models of `reconstructor`, which may end before this object does.
  /// @throws Error invalid_argument (options).
  explicit VideoReconstructor(const FaceReconstructor& reconstructor, VideoOptions options = {});
  ~VideoReconstructor();
  VideoReconstructor(VideoReconstructor&&) noexcept;
  VideoReconstructor& operator=(VideoReconstructor&&) noexcept;

  /// The next frame. Pixels outside `result.changed` are bit-identical to it. A frame of another
  /// size than the one before, or of another scene, starts all tracks anew.
  /// @param seconds  time of the frame; must be greater than that of the frame before.
  /// @throws Error invalid_image, image_too_large, invalid_argument (time), cancelled,
  ///         model_invalid and those of loading a model. All tracks are forgotten then; the next
  ///         frame starts anew.
  [[nodiscard]] VideoFrame reconstruct(const ImageView& frame, double seconds);
  /// The next frame as an image, a temporary included. @throws as for a view.
  [[nodiscard]] VideoFrame reconstruct(const Image& frame, double seconds) {
    return reconstruct(frame.view(), seconds);
  }

  /// The next frames together: the results are those of one frame after the other, in less time,
  /// because their faces go through each network together. As many frames as there are threads suit
  /// best.
  /// @throws Error as for one frame; none of the frames has a result then.
  [[nodiscard]] std::vector<VideoFrame> reconstruct(const std::vector<TimedFrame>& frames);

  /// Forgets all tracks, and the time of the last frame, as before another stream.
  void reset() noexcept;

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace demask
