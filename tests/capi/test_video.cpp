// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <vector>

#include "demask/video_reconstructor.hpp"
#include "support.hpp"

using namespace demask::test;

namespace {

using VideoHandle = std::unique_ptr<demask_video, FreeWith<demask_video_free>>;

VideoHandle make_video(const demask_video_options* options) {
  demask_video* video = nullptr;
  require_ok(demask_video_create(make_reconstructor().get(), options, &video));
  return VideoHandle(video);
}

demask_status create_with(const demask_video_options& options) {
  const ReconstructorHandle reconstructor = make_reconstructor();
  demask_video* video = nullptr;
  const demask_status status = demask_video_create(reconstructor.get(), &options, &video);
  CHECK(video == nullptr);
  return status;
}

demask_video_options default_options() {
  auto options = make_struct<demask_video_options>();
  require_ok(demask_video_default_options(&options));
  return options;
}

}  // namespace

TEST_CASE("default options of a video equal those of the C++ API") {
  const demask::VideoOptions cpp;
  const demask_video_options options = default_options();
  CHECK(options.struct_size == sizeof options);
  CHECK(options.reconstruct == nullptr);
  CHECK(options.detect_interval == cpp.detect_interval);
  CHECK(options.landmark_cutoff == cpp.landmark_cutoff);
  CHECK(options.landmark_beta == cpp.landmark_beta);
  CHECK(options.mask_seconds == cpp.mask_seconds);
  CHECK(options.paint_seconds == cpp.paint_seconds);
  CHECK(demask_video_default_options(nullptr) == DEMASK_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("options of a video are checked by name", "[models]") {
  demask_video_options options = default_options();
  options.detect_interval = 0;
  CHECK(create_with(options) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("detect_interval"));
  options = default_options();
  options.paint_seconds = std::nan("");
  CHECK(create_with(options) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("paint_seconds"));
  options = default_options();
  const Scene scene;
  options.reconstruct = &scene.options;
  CHECK(create_with(options) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("belong to one photo"));
  options.reconstruct = nullptr;
  options.struct_size = 3;
  CHECK(create_with(options) == DEMASK_ERROR_INVALID_ARGUMENT);

  demask_video* video = nullptr;
  CHECK(demask_video_create(nullptr, nullptr, &video) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_video_create(make_reconstructor().get(), nullptr, nullptr) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("frames of a video are processed one by one", "[models]") {
  const VideoHandle video = make_video(nullptr);
  const Scene scene;
  auto info = make_struct<demask_video_info>();
  demask_result* result = nullptr;
  require_ok(demask_video_reconstruct(video.get(), &scene.photo, 0.0, &info, &result));
  const ResultHandle first(result);
  CHECK(info.detector_ran == 1);
  CHECK(info.scene_cut == 0);
  auto view = make_struct<demask_image_view>();
  require_ok(demask_result_photo(first.get(), &view));
  CHECK(view.width == Scene::width);
  CHECK(view.height == Scene::height);

  int64_t track = 0;
  const int32_t count = demask_result_face_count(first.get());
  for (int32_t i = 0; i < count; ++i) {
    require_ok(demask_video_track_id(first.get(), i, &track));
    CHECK(track == i);
  }
  CHECK(demask_video_track_id(first.get(), count, &track) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_video_track_id(nullptr, 0, &track) == DEMASK_ERROR_INVALID_ARGUMENT);

  // A frame between runs of the detector, without `info`.
  require_ok(demask_video_reconstruct(video.get(), &scene.photo, 0.04, nullptr, &result));
  demask_result_free(result);

  result = nullptr;
  CHECK(demask_video_reconstruct(video.get(), &scene.photo, 0.04, &info, &result) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("seconds"));
  CHECK(result == nullptr);
  demask_video_reset(video.get());
  require_ok(demask_video_reconstruct(video.get(), &scene.photo, 0.0, &info, &result));
  demask_result_free(result);
  CHECK(info.detector_ran == 1);

  CHECK(demask_video_reconstruct(video.get(), nullptr, 1.0, &info, &result) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_video_reconstruct(nullptr, &scene.photo, 1.0, &info, &result) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_video_reconstruct(video.get(), &scene.photo, 1.0, &info, nullptr) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  demask_video_reset(nullptr);
}

TEST_CASE("frames of a video are processed together", "[models]") {
  const VideoHandle video = make_video(nullptr);
  const Scene scene;
  const demask_image_view frames[] = {scene.photo, scene.photo, scene.photo};
  const double seconds[] = {0.0, 0.04, 0.08};
  demask_batch* batch = nullptr;
  require_ok(demask_video_reconstruct_frames(video.get(), frames, seconds, 3, &batch));
  CHECK(demask_batch_count(batch) == 3);
  for (int32_t i = 0; i < 3; ++i) {
    const demask_result* result = nullptr;
    require_ok(demask_batch_result(batch, i, &result));
    auto info = make_struct<demask_video_info>();
    require_ok(demask_video_frame_info(result, &info));
    CHECK(info.scene_cut == 0);
    CHECK((i > 0 || info.detector_ran == 1));
    CHECK(demask_video_frame_info(result, nullptr) == DEMASK_ERROR_INVALID_ARGUMENT);
  }
  demask_batch_free(batch);

  batch = nullptr;
  require_ok(demask_video_reconstruct_frames(video.get(), nullptr, nullptr, 0, &batch));
  CHECK(demask_batch_count(batch) == 0);
  demask_batch_free(batch);
  batch = nullptr;
  const auto refused = [&](const demask_image_view* views, const double* times, int32_t count) {
    return demask_video_reconstruct_frames(video.get(), views, times, count, &batch) ==
               DEMASK_ERROR_INVALID_ARGUMENT &&
           batch == nullptr;
  };
  CHECK(refused(frames, seconds, 3));  // These frames have already been processed.
  CHECK(last_error_contains("seconds"));
  CHECK(refused(frames, nullptr, 1));
  CHECK(last_error_contains("seconds: is NULL"));
  CHECK(refused(nullptr, seconds, 1));
  CHECK(last_error_contains("frames: is NULL"));
  CHECK(refused(frames, seconds, -1));
  CHECK(demask_video_reconstruct_frames(nullptr, frames, seconds, 1, &batch) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(demask_video_reconstruct_frames(video.get(), frames, seconds, 1, nullptr) ==
        DEMASK_ERROR_INVALID_ARGUMENT);
}

TEST_CASE("a result of a photo has no tracks", "[models]") {
  const ReconstructorHandle reconstructor = make_reconstructor();
  const Scene scene;
  demask_result* result = nullptr;
  require_ok(demask_reconstruct_view(reconstructor.get(), &scene.photo, &scene.options, &result));
  const ResultHandle photo(result);
  int64_t track = 0;
  CHECK(demask_video_track_id(photo.get(), 0, &track) == DEMASK_ERROR_INVALID_ARGUMENT);
  auto info = make_struct<demask_video_info>();
  CHECK(demask_video_frame_info(photo.get(), &info) == DEMASK_ERROR_INVALID_ARGUMENT);
  CHECK(last_error_contains("that of a photo"));
}
