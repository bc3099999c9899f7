// SPDX-License-Identifier: Apache-2.0
#include "pipeline/face_history.hpp"

namespace demask::pipeline {
namespace {

class NoHistory final : public FaceHistory {
 public:
  bool trusts(float confidence, float min_confidence, const FrameTime& /*time*/) override {
    return confidence >= min_confidence;
  }
  int side(int wanted) override { return wanted; }
  bool trusts_mask(float certainty, float min_certainty, const FrameTime& /*time*/) override {
    return certainty >= min_certainty;
  }
  double max_scale() const override { return 1.0; }
  void keep_scale(double /*scale*/) override {}
  MaskPlanes blend_mask(const MaskPlanes& planes, const FrameTime& /*time*/,
                        double /*scale*/) override {
    return planes;
  }
  MaskPlanes blend_surround(const MaskPlanes& planes, const FrameTime& /*time*/,
                            double /*scale*/) override {
    return planes;
  }
  bool follows_straps(bool leave) override { return leave; }
  bool wants_gender(const FrameTime& /*time*/) override { return true; }
  GenderEstimate decide_gender(const std::optional<GenderEstimate>& estimate) override {
    return estimate.value_or(GenderEstimate{});
  }
  void blend_painted(Image& /*painted*/, const cv::Mat& /*hole*/, const FrameTime& /*time*/,
                     double /*scale*/) override {}
};

}  // namespace

std::shared_ptr<FaceHistory> no_history() {
  static const auto nothing = std::make_shared<NoHistory>();
  return nothing;
}

}  // namespace demask::pipeline
