#include <utility>

#include "convert.hpp"
#include "demask.h"
#include "demask/video_reconstructor.hpp"
#include "handles.hpp"
#include "structs.hpp"

using namespace demask::capi;

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
    demask::VideoFrame done =
        require(video, "video").video.reconstruct(to_view(frame, "frame"), seconds);
    auto handle = make_handle<demask_result>(std::move(done.result), std::move(done.track_ids));
    if (info != nullptr) {
      write_struct(info, info_size,
                   demask_video_info{sizeof(demask_video_info), done.detector_ran ? 1 : 0,
                                     done.scene_cut ? 1 : 0});
    }
    out = handle.release();
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
  if (video != nullptr) video->video.reset();
}

void demask_video_free(demask_video* video) { delete video; }
