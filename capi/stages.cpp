// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "convert.hpp"
#include "demask.h"
#include "demask/alignment.hpp"
#include "handles.hpp"
#include "log.hpp"
#include "structs.hpp"

using namespace demask::capi;

namespace {

/// Loads one stage of a bundle into a new handle; `load` is the ModelBundle function that loads it.
template <typename Handle, typename Load>
demask_status load_stage(const demask_bundle* bundle, const demask_runtime_options* options,
                         const char* stage, Handle** handle, Load&& load) noexcept {
  return guarded([&] {
    Handle*& out = require(handle, stage);
    const auto start = std::chrono::steady_clock::now();
    auto loaded = make_handle<Handle>(load(require(bundle, "bundle").bundle, to_options(options)));
    log_loaded(std::string(stage) + " of bundle " + bundle->bundle.name() + " loaded", start);
    out = loaded.release();
  });
}

demask_detection to_detection(const demask::Detection& from) {
  demask_detection to{};
  to.struct_size = sizeof to;
  copy_box(from.box, to.box);
  to.score = from.score;
  float* coordinate = to.points;
  for (const demask::Point& point : from.points) {
    *coordinate++ = point.x;
    *coordinate++ = point.y;
  }
  return to;
}

demask_mask to_mask(const demask::MaskInstance& from) {
  demask_mask to{};
  to.struct_size = sizeof to;
  to.probability = from.probability.values.data();
  to.score = from.score;
  to.x = from.x;
  to.y = from.y;
  to.width = from.probability.width;
  to.height = from.probability.height;
  to.straps = from.straps.values.empty() ? nullptr : from.straps.values.data();
  return to;
}

demask::Gender to_gender(demask_gender gender) {
  if (gender != DEMASK_GENDER_FEMALE && gender != DEMASK_GENDER_MALE) {
    invalid_argument("gender: " + std::to_string(gender) +
                     " is not a generator; use DEMASK_GENDER_FEMALE or DEMASK_GENDER_MALE");
  }
  return gender == DEMASK_GENDER_FEMALE ? demask::Gender::female : demask::Gender::male;
}

}  // namespace

demask_status demask_canonical_similarity(const demask_landmarks* landmarks, int32_t size,
                                          double* matrix) {
  return guarded([&] {
    require(matrix, "matrix");
    if (size < 1) {
      invalid_argument("size: is " + std::to_string(size) + "; must be at least 1 pixel");
    }
    const auto values =
        demask::canonical_similarity(to_landmarks(landmarks, "landmarks"), size).matrix();
    std::copy(values.begin(), values.end(), matrix);
  });
}

demask_status demask_canonical_face(const demask_image_view* photo,
                                    const demask_landmarks* landmarks, int32_t size,
                                    demask_image** image) {
  return guarded([&] {
    demask_image*& out = require(image, "image");
    out = make_handle<demask_image>(demask::canonical_face(to_view(photo, "photo"),
                                                           to_landmarks(landmarks, "landmarks"),
                                                           size))
              .release();
  });
}

demask_status demask_detect_default_options(demask_detect_options* options) {
  return guarded([&] { write_struct(options, "options", default_detect_options()); });
}

demask_status demask_face_detector_load(const demask_bundle* bundle,
                                        const demask_runtime_options* options,
                                        demask_face_detector** detector) {
  return load_stage(bundle, options, "face detector", detector,
                    [](const demask::ModelBundle& models, const demask::RuntimeOptions& runtime) {
                      return models.load_face_detector(runtime);
                    });
}

demask_status demask_face_detector_detect(const demask_face_detector* detector,
                                          const demask_image_view* photo,
                                          const demask_detect_options* options,
                                          demask_detections** detections) {
  return guarded([&] {
    demask_detections*& out = require(detections, "detections");
    out = make_handle<demask_detections>(
              require(detector, "detector")
                  .stage->detect(to_view(photo, "photo"), to_options(options)))
              .release();
  });
}

void demask_face_detector_free(demask_face_detector* detector) { delete detector; }

int32_t demask_detections_count(const demask_detections* detections) {
  return detections == nullptr ? 0 : static_cast<int32_t>(detections->items.size());
}

demask_status demask_detections_get(const demask_detections* detections, int32_t index,
                                    demask_detection* detection) {
  return guarded([&] {
    const auto& items = require(detections, "detections").items;
    write_struct(detection, "detection",
                 to_detection(items[checked_index(index, items.size(), "index")]));
  });
}

void demask_detections_free(demask_detections* detections) { delete detections; }

demask_status demask_landmark_detector_load(const demask_bundle* bundle,
                                            const demask_runtime_options* options,
                                            demask_landmark_detector** detector) {
  return load_stage(bundle, options, "landmark detector", detector,
                    [](const demask::ModelBundle& models, const demask::RuntimeOptions& runtime) {
                      return models.load_landmark_detector(runtime);
                    });
}

demask_status demask_landmark_detector_detect(const demask_landmark_detector* detector,
                                              const demask_image_view* photo, const float* box,
                                              float roll, demask_landmark_set** landmarks) {
  return guarded([&] {
    demask_landmark_set*& out = require(landmarks, "landmarks");
    demask::FaceRegion region;
    region.photo = to_view(photo, "photo");
    region.box = to_box(&require(box, "box"));
    region.roll = roll;
    out = make_handle<demask_landmark_set>(require(detector, "detector").stage->detect(region))
              .release();
  });
}

void demask_landmark_detector_free(demask_landmark_detector* detector) { delete detector; }

demask_status demask_landmark_set_get(const demask_landmark_set* set, demask_landmarks* landmarks) {
  return guarded(
      [&] { write_struct(landmarks, "landmarks", from_landmarks(require(set, "set").landmarks)); });
}

demask_status demask_landmarks_to_ibug68(const demask_landmarks* landmarks,
                                         demask_landmark_set** converted) {
  return guarded([&] {
    demask_landmark_set*& out = require(converted, "converted");
    out = make_handle<demask_landmark_set>(demask::to_ibug68(to_landmarks(landmarks, "landmarks")))
              .release();
  });
}

void demask_landmark_set_free(demask_landmark_set* set) { delete set; }

demask_status demask_segmenter_load(const demask_bundle* bundle,
                                    const demask_runtime_options* options,
                                    demask_segmenter** segmenter) {
  return load_stage(bundle, options, "segmenter", segmenter,
                    [](const demask::ModelBundle& models, const demask::RuntimeOptions& runtime) {
                      return models.load_segmenter(runtime);
                    });
}

demask_status demask_segmenter_get_input(const demask_segmenter* segmenter,
                                         demask_segmenter_input* input, float* threshold) {
  return guarded([&] {
    demask_segmenter_input& out_input = require(input, "input");
    float& out_threshold = require(threshold, "threshold");
    const demask::Segmenter& stage = *require(segmenter, "segmenter").stage;
    out_input = static_cast<demask_segmenter_input>(stage.input());
    out_threshold = stage.threshold();
  });
}

demask_status demask_segmenter_segment(const demask_segmenter* segmenter,
                                       const demask_image_view* image, demask_masks** masks) {
  return guarded([&] {
    demask_masks*& out = require(masks, "masks");
    out = make_handle<demask_masks>(
              require(segmenter, "segmenter").stage->segment(to_view(image, "image")))
              .release();
  });
}

void demask_segmenter_free(demask_segmenter* segmenter) { delete segmenter; }

int32_t demask_masks_count(const demask_masks* masks) {
  return masks == nullptr ? 0 : static_cast<int32_t>(masks->items.size());
}

demask_status demask_masks_get(const demask_masks* masks, int32_t index, demask_mask* mask) {
  return guarded([&] {
    const auto& items = require(masks, "masks").items;
    write_struct(mask, "mask", to_mask(items[checked_index(index, items.size(), "index")]));
  });
}

void demask_masks_free(demask_masks* masks) { delete masks; }

demask_status demask_gender_classifier_load(const demask_bundle* bundle,
                                            const demask_runtime_options* options,
                                            demask_gender_classifier** classifier) {
  return load_stage(bundle, options, "gender classifier", classifier,
                    [](const demask::ModelBundle& models, const demask::RuntimeOptions& runtime) {
                      return models.load_gender_classifier(runtime);
                    });
}

demask_status demask_gender_classifier_classify(const demask_gender_classifier* classifier,
                                                const demask_image_view* face,
                                                demask_gender* gender, float* probability) {
  return guarded([&] {
    demask_gender& out_gender = require(gender, "gender");
    float& out_probability = require(probability, "probability");
    const demask::GenderEstimate estimate =
        require(classifier, "classifier").stage->classify(to_view(face, "face"));
    out_gender = from_gender(estimate.gender);
    out_probability = estimate.probability;
  });
}

void demask_gender_classifier_free(demask_gender_classifier* classifier) { delete classifier; }

demask_status demask_inpainter_load(const demask_bundle* bundle, demask_gender gender,
                                    const demask_runtime_options* options,
                                    demask_inpainter** inpainter) {
  return load_stage(
      bundle, options, gender == DEMASK_GENDER_FEMALE ? "female inpainter" : "male inpainter",
      inpainter,
      [gender](const demask::ModelBundle& models, const demask::RuntimeOptions& runtime) {
        return models.load_inpainter(to_gender(gender), runtime);
      });
}

demask_status demask_inpainter_inpaint(const demask_inpainter* inpainter,
                                       const demask_image_view* face, const demask_image_view* mask,
                                       const demask_landmarks* landmarks, demask_image** image) {
  return guarded([&] {
    demask_image*& out = require(image, "image");
    demask::InpaintInput input;
    input.face = to_view(face, "face");
    input.mask = to_view(mask, "mask");
    input.landmarks = to_landmarks(landmarks, "landmarks");
    out =
        make_handle<demask_image>(require(inpainter, "inpainter").stage->inpaint(input)).release();
  });
}

void demask_inpainter_free(demask_inpainter* inpainter) { delete inpainter; }
