#pragma once

/// @file
/// One call of the facade: photos in, results out.

#include <functional>
#include <optional>
#include <vector>

#include "demask/face_reconstructor.hpp"
#include "pipeline/face_work.hpp"
#include "pipeline/stage_provider.hpp"

namespace demask::pipeline {

class FaceFinder;
struct FoundFaces;

/// The faces of one photo: each has its photo, box, score and landmarks.
struct KnownFaces {
  std::vector<FaceWork> faces;
  double detect_milliseconds = 0.0;
  int face_index = 0;  ///< In place of that of the options.
};

/// The state of one call. Faces of all photos go through each network together.
class Reconstruction {
 public:
  Reconstruction(const StageProvider& stages, std::vector<ImageView> photos,
                 const ReconstructOptions& options);
  std::vector<BatchResult> run();
  /// Photos of which it is known where the faces are.
  std::vector<BatchResult> run(std::vector<KnownFaces> photos);

 private:
  using Faces = std::vector<FaceWork*>;
  using FaceWorkFunction = std::function<void(const Faces&)>;
  // For each face the probability of its mask (CV_32FC1, canonical), or of mask and straps
  // (CV_32FC2).
  using FindMasks = std::function<std::vector<cv::Mat>(const Faces&)>;
  // Units of a step that are done, and all of them.
  struct Tally {
    std::size_t done = 0;
    std::size_t total = 0;
  };

  void detect();
  // Of these photos.
  void detect_in(const std::vector<std::size_t>& photos, const FaceFinder& finder);
  void take_faces(std::size_t photo, FoundFaces found, double milliseconds);
  // Of a photo's faces those that are to be reconstructed; `index` is that of the options.
  void select(std::size_t first, std::size_t last, int index);
  void load_ahead() const;
  void find_landmarks();
  // Ends the work on faces whose landmarks are too uncertain to paint by. They are aligned all the
  // same: their masks are not their neighbours'.
  void leave_uncertain_faces();
  // The aligned faces of a photo that are left as they are.
  Faces left_faces(std::size_t photo);
  void reconstruct_faces();
  // One thread copies a photo while another aligns its face.
  void copy_and_align();
  void copy_photo(std::size_t index);
  static void align(FaceWork& face);
  void segment();
  static std::vector<cv::Mat> canonical_masks(const Segmenter& segmenter, const Faces& faces);
  void find_masks(const Faces& faces, float threshold, const FindMasks& find);
  // Makes a face whose mask hangs below the square smaller, and finds its mask anew.
  void make_room(FaceWork& face, float threshold, const FindMasks& find, cv::Mat& probability);
  void segment_photos(const Segmenter& segmenter, float threshold, const Faces& faces);
  void use_given_mask(const Faces& faces);
  void accept_masks(const Faces& faces, std::vector<cv::Mat> probabilities, float threshold);
  // What a face wears, of what is found in its square: CV_8UC1, 0 or 255.
  cv::Mat mask_of(const FaceWork& face, const cv::Mat& probability, float threshold) const;
  void accept_mask(FaceWork& face, const cv::Mat& probability, float threshold) const;
  // Follows the straps of faces whose square they leave.
  static void find_strap_ends(const Segmenter& segmenter, const Faces& faces);
  void classify_gender();
  void look_for_gender(const Faces& faces);
  void use_gender(FaceWork& face, const GenderEstimate& estimate) const;
  void steady_paintings();
  void inpaint();
  void paint(Gender gender, const Faces& faces, Tally& tally, Image FaceResult::*target);
  void composite();
  void composite_photo(std::size_t index, Faces faces);
  // Faces in their order, cut into runs in which no face touches pixels of another.
  static std::vector<Faces> runs_of_faces_apart(const Faces& faces, cv::Size photo);
  void paste(const FaceWork& face, const Image& painted, const Image& holes, Image& photo) const;

  Faces active_faces();
  void step(PipelineStep step, const Faces& faces, const FaceWorkFunction& work);
  void run_batches(PipelineStep step, const Faces& faces, Tally& tally,
                   const FaceWorkFunction& work);
  // Runs `work`; an error of it becomes that of the photo whose face caused it.
  void attempt(const Faces& batch, const FaceWorkFunction& work);
  void for_photo(std::size_t photo, const std::function<void()>& work);
  // Works on several items at once; an error of one becomes that of its photo.
  void at_once(std::size_t count, const std::function<std::size_t(std::size_t)>& photo_of,
               const std::function<void(std::size_t)>& work);
  void fail(std::size_t photo, const Error& error);
  void report(PipelineStep step, std::size_t done, std::size_t total) const;

  const StageProvider& stages_;
  std::vector<ImageView> photos_;
  const ReconstructOptions& options_;
  std::vector<FaceWork> faces_;
  /// Of each photo the masks that an instance segmenter found, once it has run.
  std::vector<std::optional<std::vector<MaskInstance>>> instances_;
  std::vector<BatchResult> results_;
};

}  // namespace demask::pipeline
