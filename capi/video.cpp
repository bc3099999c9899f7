// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "convert.hpp"
#include "demask.h"
#include "demask/video_reconstructor.hpp"
#include "handles.hpp"
#include "structs.hpp"

using namespace demask::capi;

namespace {

demask_result to_result(demask::VideoFrame frame) {
  demask_result result{std::move(frame.result), std::move(frame.track_ids)};
  result.frame = demask_video_info{sizeof(demask_video_info), frame.detector_ran ? 1 : 0,
                                   frame.scene_cut ? 1 : 0};
  return result;
}

}  // namespace

demask_status demask_video_default_options(demask_video_options* options) {
  return guarded([&] { write_struct(options, "options", default_video_options()); });
}

demask_status demask_video_create(const demask_reconstructor* reconstructor,
                                  const demask_video_options* options, demask_video** video) {
  return guarded([&] {
    demask_video*& out = require(video, "video");
    out = make_handle<demask_video>(
              demask::VideoReconstructor(require(reconstructor, "reconstructor").reconstructor,
                                         to_options(options)))
              .release();
  });
}

demask_status demask_video_reconstruct(demask_video* video, const demask_image_view* frame,
                                       double seconds, demask_video_info* info,
                                       demask_result** result) {
  return guarded([&] {
    demask_result*& out = require(result, "result");
    const std::size_t info_size = info == nullptr ? 0 : checked_struct_size(info, "info");
    auto handle = make_handle<demask_result>(
        to_result(require(video, "video").video.reconstruct(to_view(frame, "frame"), seconds)));
    if (info != nullptr) {
      write_struct(info, info_size, *handle->frame);
    }
    out = handle.release();
  });
}

demask_status demask_video_reconstruct_frames(demask_video* video, const demask_image_view* frames,
                                              const double* seconds, int32_t count,
                                              demask_batch** batch) {
  return guarded([&] {
    demask_batch*& out = require(batch, "batch");
    const std::vector<demask::ImageView> views = to_views(frames, count, "frames");
    const std::vector<double> times = to_numbers(seconds, count, "seconds");
    std::vector<demask::TimedFrame> timed;
    for (std::size_t i = 0; i < views.size(); ++i) {
      timed.push_back({views[i], times[i]});
    }
    auto handle = make_handle<demask_batch>();
    handle->outcomes.reserve(timed.size());
    for (demask::VideoFrame& frame : require(video, "video").video.reconstruct(timed)) {
      handle->outcomes.emplace_back(to_result(std::move(frame)));
    }
    out = handle.release();
  });
}

demask_status demask_video_frame_info(const demask_result* result, demask_video_info* info) {
  return guarded([&] {
    const auto& frame = require(result, "result").frame;
    if (!frame) {
      invalid_argument("result: is that of a photo; pass that of a video's frame");
    }
    write_struct(info, "info", *frame);
  });
}

demask_status demask_video_track_id(const demask_result* result, int32_t index, int64_t* track_id) {
  return guarded([&] {
    std::int64_t& out = require(track_id, "track_id");
    const auto& ids = require(result, "result").track_ids;
    out = ids[checked_index(index, ids.size(), "index")];
  });
}

void demask_video_reset(demask_video* video) {
  if (video != nullptr) {
    video->video.reset();
  }
}

void demask_video_free(demask_video* video) { delete video; }
