// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "demask/error.hpp"
#include "demask/face_reconstructor.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"
#include "demask/segmenter.hpp"
#include "demask/version.hpp"
#include "support.hpp"

namespace {

template <typename Enum>
constexpr bool is_same(Enum cpp, int32_t c) {
  return static_cast<int32_t>(cpp) == c;
}

using demask::ErrorCode;
static_assert(is_same(ErrorCode::invalid_argument, DEMASK_ERROR_INVALID_ARGUMENT));
static_assert(is_same(ErrorCode::invalid_image, DEMASK_ERROR_INVALID_IMAGE));
static_assert(is_same(ErrorCode::image_too_large, DEMASK_ERROR_IMAGE_TOO_LARGE));
static_assert(is_same(ErrorCode::unreadable_file, DEMASK_ERROR_UNREADABLE_FILE));
static_assert(is_same(ErrorCode::unsupported_format, DEMASK_ERROR_UNSUPPORTED_FORMAT));
static_assert(is_same(ErrorCode::unwritable_file, DEMASK_ERROR_UNWRITABLE_FILE));
static_assert(is_same(ErrorCode::bundle_not_found, DEMASK_ERROR_BUNDLE_NOT_FOUND));
static_assert(is_same(ErrorCode::bundle_invalid, DEMASK_ERROR_BUNDLE_INVALID));
static_assert(is_same(ErrorCode::hash_mismatch, DEMASK_ERROR_HASH_MISMATCH));
static_assert(is_same(ErrorCode::model_invalid, DEMASK_ERROR_MODEL_INVALID));
static_assert(is_same(ErrorCode::device_unavailable, DEMASK_ERROR_DEVICE_UNAVAILABLE));
static_assert(is_same(ErrorCode::cancelled, DEMASK_ERROR_CANCELLED));
static_assert(is_same(ErrorCode::out_of_memory, DEMASK_ERROR_OUT_OF_MEMORY));
static_assert(is_same(ErrorCode::internal, DEMASK_ERROR_INTERNAL));

using demask::PixelFormat;
static_assert(is_same(PixelFormat::gray, DEMASK_PIXEL_GRAY));
static_assert(is_same(PixelFormat::rgb, DEMASK_PIXEL_RGB));
static_assert(is_same(PixelFormat::bgr, DEMASK_PIXEL_BGR));
static_assert(is_same(PixelFormat::rgba, DEMASK_PIXEL_RGBA));
static_assert(is_same(PixelFormat::bgra, DEMASK_PIXEL_BGRA));

using demask::Stage;
static_assert(is_same(Stage::face_detector, DEMASK_STAGE_FACE_DETECTOR));
static_assert(is_same(Stage::segmenter, DEMASK_STAGE_SEGMENTER));
static_assert(is_same(Stage::landmark_detector, DEMASK_STAGE_LANDMARK_DETECTOR));
static_assert(is_same(Stage::gender_classifier, DEMASK_STAGE_GENDER_CLASSIFIER));
static_assert(is_same(Stage::inpainter_female, DEMASK_STAGE_INPAINTER_FEMALE));
static_assert(is_same(Stage::inpainter_male, DEMASK_STAGE_INPAINTER_MALE));
static_assert(is_same(Stage::inpainter_prior, DEMASK_STAGE_INPAINTER_PRIOR));
static_assert(is_same(Stage::shape_model, DEMASK_STAGE_SHAPE_MODEL));

static_assert(is_same(demask::Quality::fast, DEMASK_QUALITY_FAST));
static_assert(is_same(demask::Quality::fine, DEMASK_QUALITY_FINE));
static_assert(is_same(demask::Quality::best, DEMASK_QUALITY_BEST));

static_assert(is_same(demask::Expression::as_found, DEMASK_EXPRESSION_AS_FOUND));
static_assert(is_same(demask::Expression::neutral, DEMASK_EXPRESSION_NEUTRAL));
static_assert(is_same(demask::Expression::smile, DEMASK_EXPRESSION_SMILE));
static_assert(is_same(demask::Expression::open_mouth, DEMASK_EXPRESSION_OPEN_MOUTH));

static_assert(is_same(demask::ReferenceUse::none, DEMASK_REFERENCE_NONE));
static_assert(is_same(demask::ReferenceUse::shape, DEMASK_REFERENCE_SHAPE));
static_assert(is_same(demask::ReferenceUse::pixels, DEMASK_REFERENCE_PIXELS));
static_assert(is_same(demask::ReferenceUse::refused, DEMASK_REFERENCE_REFUSED));

static_assert(is_same(demask::LandmarkScheme::ibug68, DEMASK_LANDMARKS_IBUG68));
static_assert(is_same(demask::LandmarkScheme::wflw98, DEMASK_LANDMARKS_WFLW98));

static_assert(is_same(demask::DType::fp32, DEMASK_DTYPE_FP32));
static_assert(is_same(demask::DType::bf16, DEMASK_DTYPE_BF16));

static_assert(is_same(demask::GenderChoice::automatic, DEMASK_GENDER_AUTO));
static_assert(is_same(demask::GenderChoice::female, DEMASK_GENDER_FEMALE));
static_assert(is_same(demask::GenderChoice::male, DEMASK_GENDER_MALE));

static_assert(is_same(demask::BlendMode::feather, DEMASK_BLEND_FEATHER));
static_assert(is_same(demask::BlendMode::poisson, DEMASK_BLEND_POISSON));
static_assert(is_same(demask::BlendMode::none, DEMASK_BLEND_NONE));

static_assert(is_same(demask::FaceSelection::all, DEMASK_FACES_ALL));
static_assert(is_same(demask::FaceSelection::largest, DEMASK_FACES_LARGEST));
static_assert(is_same(demask::FaceSelection::index, DEMASK_FACES_INDEX));

using demask::FaceStatus;
static_assert(is_same(FaceStatus::reconstructed, DEMASK_FACE_RECONSTRUCTED));
static_assert(is_same(FaceStatus::no_mask, DEMASK_FACE_NO_MASK));
static_assert(is_same(FaceStatus::too_small, DEMASK_FACE_TOO_SMALL));
static_assert(is_same(FaceStatus::not_selected, DEMASK_FACE_NOT_SELECTED));
static_assert(is_same(FaceStatus::landmarks_unreliable, DEMASK_FACE_LANDMARKS_UNRELIABLE));

using demask::PipelineStep;
static_assert(is_same(PipelineStep::detect, DEMASK_STEP_DETECT));
static_assert(is_same(PipelineStep::landmarks, DEMASK_STEP_LANDMARKS));
static_assert(is_same(PipelineStep::segment, DEMASK_STEP_SEGMENT));
static_assert(is_same(PipelineStep::gender, DEMASK_STEP_GENDER));
static_assert(is_same(PipelineStep::inpaint, DEMASK_STEP_INPAINT));
static_assert(is_same(PipelineStep::composite, DEMASK_STEP_COMPOSITE));

static_assert(is_same(demask::SegmenterInput::canonical_face, DEMASK_SEGMENTER_CANONICAL_FACE));
static_assert(is_same(demask::SegmenterInput::photo, DEMASK_SEGMENTER_PHOTO));

}  // namespace

TEST_CASE("the C library reports its version") {
  CHECK(std::string(demask_version()) == DEMASK_VERSION_STRING);
  CHECK_THAT(demask_build_info(), Catch::Matchers::StartsWith("LibTorch "));
  CHECK_THAT(demask_build_info(), Catch::Matchers::EndsWith("with Exiv2, GPL-3.0-or-later") ||
                                      Catch::Matchers::EndsWith("without Exiv2, Apache-2.0"));
  CHECK(demask_abi_version() == DEMASK_ABI_VERSION);
}

TEST_CASE("every enumerator of the C ABI has a name") {
  CHECK(std::string(demask_status_name(DEMASK_OK)) == "ok");
  CHECK(std::string(demask_status_name(DEMASK_ERROR_INVALID_IMAGE)) == "invalid_image");
  CHECK(std::string(demask_stage_name(DEMASK_STAGE_INPAINTER_FEMALE)) == "inpainter_female");
  CHECK(std::string(demask_face_status_name(DEMASK_FACE_NO_MASK)) == "no_mask");
  CHECK(std::string(demask_pipeline_step_name(DEMASK_STEP_INPAINT)) == "inpaint");
  for (int32_t status = DEMASK_OK; status <= DEMASK_ERROR_INTERNAL; ++status) {
    CHECK(std::string(demask_status_name(status)) != "unknown");
  }
}

TEST_CASE("numbers that are not enumerators are called unknown") {
  for (const int32_t value : {-1, 1000, INT32_MIN, INT32_MAX}) {
    CHECK(std::string(demask_status_name(value)) == "unknown");
    CHECK(std::string(demask_stage_name(value)) == "unknown");
    CHECK(std::string(demask_face_status_name(value)) == "unknown");
    CHECK(std::string(demask_pipeline_step_name(value)) == "unknown");
  }
}
