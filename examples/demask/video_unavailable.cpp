// SPDX-License-Identifier: Apache-2.0
#include "exit_codes.hpp"
#include "video_build.hpp"
#include "video_command.hpp"

namespace demask::program {

// Stands for the function of video_command.cpp in builds without FFmpeg.
int run_video(const VideoArguments& /*arguments*/) {
  throw UsageError(
      "video: this build cannot read videos, because it was made without FFmpeg; build demask with "
      "-DDEMASK_WITH_FFMPEG=ON");
}

std::string video_build_info() { return "without FFmpeg: there is no `demask video`.\n"; }

}  // namespace demask::program
