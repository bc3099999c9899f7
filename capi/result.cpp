// SPDX-License-Identifier: Apache-2.0
#include "convert.hpp"
#include "demask.h"
#include "handles.hpp"
#include "structs.hpp"

using namespace demask::capi;

namespace {

const demask::FaceResult& face_of(const demask_result* result, std::int32_t index) {
  const auto& faces = require(result, "result").result.faces;
  return faces[checked_index(index, faces.size(), "index")];
}

const demask::FaceVariant& variant_of(const demask_result* result, std::int32_t index,
                                      std::int32_t variant) {
  const auto& variants = face_of(result, index).variants;
  return variants[checked_index(variant, variants.size(), "variant")];
}

/// Fills in a view of one image of a photo's or a face's result.
template <typename Owner>
void write_view(demask_image_view* view, const Owner& owner, demask::Image Owner::*image) {
  write_struct(view, "view", from_image(owner.*image));
}

demask_face to_face(const demask::FaceResult& from) {
  demask_face face{};
  face.struct_size = sizeof face;
  face.status = static_cast<demask_face_status>(from.status);
  copy_box(from.box, face.box);
  face.score = from.score;
  if (from.gender) {
    face.gender = from_gender(from.gender->gender);
    face.gender_probability = from.gender->probability;
  }
  face.gender_uncertain = from.gender_uncertain ? 1 : 0;
  face.has_landmarks = from.landmarks.empty() ? 0 : 1;
  face.has_mask = from.mask.pixels.empty() ? 0 : 1;
  face.has_aligned = from.aligned_before.empty() ? 0 : 1;
  face.quality = static_cast<demask_quality>(from.quality);
  face.has_alternative = from.aligned_alternative.empty() ? 0 : 1;
  face.variant_count = to_count(from.variants.size());
  face.reference = static_cast<demask_reference_use>(from.reference);
  return face;
}

}  // namespace

demask_status demask_result_photo(const demask_result* result, demask_image_view* view) {
  return guarded(
      [&] { write_view(view, require(result, "result").result, &demask::Result::photo); });
}

demask_status demask_result_changed(const demask_result* result, demask_image_view* view) {
  return guarded(
      [&] { write_view(view, require(result, "result").result, &demask::Result::changed); });
}

demask_status demask_result_alternative_photo(const demask_result* result,
                                              demask_image_view* view) {
  return guarded([&] {
    write_view(view, require(result, "result").result, &demask::Result::alternative_photo);
  });
}

int32_t demask_result_variant_count(const demask_result* result) {
  return result == nullptr ? 0 : static_cast<int32_t>(result->result.variant_photos.size());
}

demask_status demask_result_variant_photo(const demask_result* result, int32_t variant,
                                          demask_image_view* view) {
  return guarded([&] {
    const auto& photos = require(result, "result").result.variant_photos;
    write_struct(view, "view",
                 from_image(photos[checked_index(variant, photos.size(), "variant")]));
  });
}

double demask_result_detect_milliseconds(const demask_result* result) {
  return result == nullptr ? 0.0 : result->result.detect_milliseconds;
}

int32_t demask_result_face_count(const demask_result* result) {
  return result == nullptr ? 0 : static_cast<int32_t>(result->result.faces.size());
}

demask_status demask_result_face(const demask_result* result, int32_t index, demask_face* face) {
  return guarded([&] { write_struct(face, "face", to_face(face_of(result, index))); });
}

const char* demask_result_face_reason(const demask_result* result, int32_t index) {
  if (index < 0 || index >= demask_result_face_count(result)) {
    return "";
  }
  return result->result.faces[static_cast<std::size_t>(index)].reason.c_str();
}

const char* demask_result_face_reference_reason(const demask_result* result, int32_t index) {
  if (index < 0 || index >= demask_result_face_count(result)) {
    return "";
  }
  return result->result.faces[static_cast<std::size_t>(index)].reference_reason.c_str();
}

demask_status demask_result_face_landmarks(const demask_result* result, int32_t index,
                                           demask_landmarks* landmarks) {
  return guarded([&] {
    write_struct(landmarks, "landmarks", from_landmarks(face_of(result, index).landmarks));
  });
}

demask_status demask_result_face_mask(const demask_result* result, int32_t index, int32_t* x,
                                      int32_t* y, demask_image_view* view) {
  return guarded([&] {
    int32_t& out_x = require(x, "x");
    int32_t& out_y = require(y, "y");
    const demask::MaskRegion& mask = face_of(result, index).mask;
    write_struct(view, "view", from_image(mask.pixels));
    out_x = mask.x;
    out_y = mask.y;
  });
}

demask_status demask_result_face_aligned_before(const demask_result* result, int32_t index,
                                                demask_image_view* view) {
  return guarded(
      [&] { write_view(view, face_of(result, index), &demask::FaceResult::aligned_before); });
}

demask_status demask_result_face_aligned_mask(const demask_result* result, int32_t index,
                                              demask_image_view* view) {
  return guarded(
      [&] { write_view(view, face_of(result, index), &demask::FaceResult::aligned_mask); });
}

demask_status demask_result_face_aligned_after(const demask_result* result, int32_t index,
                                               demask_image_view* view) {
  return guarded(
      [&] { write_view(view, face_of(result, index), &demask::FaceResult::aligned_after); });
}

demask_status demask_result_face_aligned_alternative(const demask_result* result, int32_t index,
                                                     demask_image_view* view) {
  return guarded(
      [&] { write_view(view, face_of(result, index), &demask::FaceResult::aligned_alternative); });
}

demask_status demask_result_face_variant_aligned(const demask_result* result, int32_t index,
                                                 int32_t variant, demask_image_view* view) {
  return guarded(
      [&] { write_view(view, variant_of(result, index, variant), &demask::FaceVariant::aligned); });
}

demask_status demask_result_face_variant_landmarks(const demask_result* result, int32_t index,
                                                   int32_t variant, demask_landmarks* landmarks) {
  return guarded([&] {
    write_struct(landmarks, "landmarks",
                 from_landmarks(variant_of(result, index, variant).landmarks));
  });
}

demask_status demask_result_face_variant_likelihood(const demask_result* result, int32_t index,
                                                    int32_t variant, float* likelihood) {
  return guarded([&] {
    float& out = require(likelihood, "likelihood");
    out = variant_of(result, index, variant).likelihood;
  });
}

demask_status demask_result_face_milliseconds(const demask_result* result, int32_t index,
                                              demask_pipeline_step step, double* milliseconds) {
  return guarded([&] {
    double& out = require(milliseconds, "milliseconds");
    const auto& times = face_of(result, index).milliseconds;
    checked_index(step, demask::pipeline_step_count, "step");
    out = times[static_cast<demask::PipelineStep>(step)];
  });
}

void demask_result_free(demask_result* result) { delete result; }
