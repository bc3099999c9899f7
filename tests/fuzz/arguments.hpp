// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Makes structs and bundles of the C ABI from the fuzzer's bytes.

#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bundle/sha256.hpp"
#include "demask/model_bundle.hpp"
#include "input.hpp"

namespace demask::fuzz {

/// A copy of a struct in memory of exactly `struct_size` bytes, which may be the size in another
/// header or nonsense.
template <typename T>
class SizedStruct {
 public:
  SizedStruct(const T& value, FuzzedDataProvider& input) {
    std::size_t size = sizeof value;
    if (input.ConsumeProbability<float>() > 0.9F) {
      size = input.ConsumeIntegralInRange<std::size_t>(0, sizeof value + 40);
    }
    // The size field itself can always be read.
    const std::size_t held = std::max(size, sizeof size);
    memory_ = std::make_unique<unsigned char[]>(held);
    std::memset(memory_.get(), input.ConsumeBool() ? 0 : 0x5A, held);
    std::memcpy(memory_.get(), &value, std::min(size, sizeof value));
    std::memcpy(memory_.get(), &size, sizeof size);
  }
  T* get() { return reinterpret_cast<T*>(memory_.get()); }

 private:
  std::unique_ptr<unsigned char[]> memory_;
};

/// Runtime options, mostly valid.
inline demask_runtime_options any_runtime_options(FuzzedDataProvider& input) {
  static constexpr std::array<const char*, 4> devices = {nullptr, "cpu", "cuda:7", "abacus"};
  demask_runtime_options options{};
  options.struct_size = sizeof options;
  const auto choice = input.ConsumeIntegral<std::uint8_t>();
  options.device = choice > 240 ? devices[choice % devices.size()] : "cpu";
  options.dtype = choice > 200 ? any_integer(input) : 0;
  options.threads = choice > 200 ? any_integer(input) : 1;
  return options;
}

/// Options of a reconstruction and the data they point to.
class ReconstructArguments {
 public:
  explicit ReconstructArguments(FuzzedDataProvider& input) : mask_(input) {
    demask_reconstruct_options& o = options_;
    o.struct_size = sizeof o;
    checked(demask_reconstruct_default_options(&o));
    const auto changed = [&] { return input.ConsumeProbability<float>() > 0.8F; };
    if (changed()) o.gender = any_integer(input);
    if (changed()) o.gender_margin = any_float(input);
    if (changed()) o.both_when_uncertain = any_integer(input);
    if (changed()) o.mask_inverted = 1;
    if (changed()) o.mask = mask_.get();
    if (changed()) o.mask_dilation = any_float(input);
    if (changed()) o.blend = any_integer(input);
    if (changed()) o.selection = any_integer(input);
    if (changed()) o.face_index = any_integer(input);
    if (changed()) o.detection_threshold = any_float(input);
    if (changed()) o.segmentation_threshold = any_float(input);
    if (changed()) o.min_face_size = any_float(input);
    if (changed()) o.min_mask_area = any_float(input);
    if (changed()) o.min_landmark_confidence = any_float(input);
    if (changed()) o.quality = any_integer(input);
    if (changed()) o.search_steps = any_integer(input);
    if (changed()) o.search_seconds = any_float(input);
    if (changed()) o.variants = any_integer(input);
    if (changed()) o.diversity = any_float(input);
    if (changed()) o.seed = static_cast<std::uint64_t>(any_integer(input));
    if (changed()) o.expression = any_integer(input);
    if (changed()) o.max_pixels = any_integer(input);
    if (changed()) give_boxes(input);
    if (input.ConsumeBool()) give_landmarks(input);
    if (changed()) give_references(input);
    o.abort_user_data = &calls_left_;
    o.abort_callback = [](void* left) { return --*static_cast<int*>(left) < 0 ? 1 : 0; };
    o.progress_callback = [](void*, demask_pipeline_step, std::int32_t, std::int32_t) {};
    calls_left_ = changed() ? input.ConsumeIntegralInRange<int>(0, 20) : 1000;
  }
  ReconstructArguments(const ReconstructArguments&) = delete;
  ReconstructArguments& operator=(const ReconstructArguments&) = delete;

  const demask_reconstruct_options& options() const { return options_; }

 private:
  void give_boxes(FuzzedDataProvider& input) {
    const int count = input.ConsumeIntegralInRange<int>(-1, 3);
    for (int i = 0; i < 4 * count; ++i) boxes_.push_back(any_float(input));
    options_.boxes = boxes_.data();
    options_.box_count = count;
  }

  void give_landmarks(FuzzedDataProvider& input) {
    // A plausible face, except that some coordinates may be anything.
    const float x = any_float(input);
    const float y = any_float(input);
    const float side = 10.0F + 90.0F * input.ConsumeProbability<float>();
    append_face(points_, x, y, side);
    for (int changes = input.ConsumeIntegralInRange<int>(0, 4); changes > 0; --changes) {
      points_[input.ConsumeIntegralInRange<std::size_t>(0, points_.size() - 1)] = any_float(input);
    }
    for (int i = 0; i < 68; ++i) confidence_.push_back(any_float(input));
    landmarks_.struct_size = sizeof landmarks_;
    landmarks_.scheme = DEMASK_LANDMARKS_IBUG68;
    landmarks_.count = input.ConsumeProbability<float>() > 0.95F ? any_integer(input) : 68;
    if (landmarks_.count > 68) landmarks_.count = 67;
    landmarks_.points = points_.data();
    landmarks_.confidence = input.ConsumeBool() ? confidence_.data() : nullptr;
    options_.landmarks = &landmarks_;
    options_.landmarks_count = 1;
  }

  void give_references(FuzzedDataProvider& input) {
    const int count = input.ConsumeIntegralInRange<int>(-1, 5);
    for (int i = 0; i < count; ++i) {
      demask_reference_photo reference = DEMASK_REFERENCE_PHOTO_INIT;
      reference.photo = mask_.get();
      if (input.ConsumeBool()) {
        for (float& value : reference.box) value = any_float(input);
      }
      reference.face_index = any_integer(input);
      references_.push_back(reference);
    }
    options_.references = references_.data();
    options_.reference_count = count;
  }

  View mask_;
  std::vector<demask_reference_photo> references_;
  std::vector<float> boxes_;
  std::vector<float> points_;
  std::vector<float> confidence_;
  demask_landmarks landmarks_{};
  demask_reconstruct_options options_{};
  int calls_left_ = 0;
};

/// The files of a bundle whose models are instructions for the fake that replaces LibTorch.
inline BundleFiles any_bundle_files(FuzzedDataProvider& input) {
  static constexpr std::array<const char*, 8> stages = {
      "face_detector",    "segmenter",      "landmark_detector", "gender_classifier",
      "inpainter_female", "inpainter_male", "inpainter_prior",   "shape_model"};
  BundleFiles files;
  nlohmann::json models;
  for (const char* stage : stages) {
    const std::string name = std::string(stage) + ".pt";
    std::vector<std::uint8_t>& file = files[name];
    file = input.ConsumeBytes<std::uint8_t>(120);
    file.push_back('.');  // A model must not be empty.
    nlohmann::json& model = models[stage];
    model["file"] = name;
    model["sha256"] = bundle::sha256_hex(file.data(), file.size());
    model["size_bytes"] = file.size();
    model["input_size"] = input.ConsumeIntegralInRange<int>(16, 96);
    model["threshold"] = input.ConsumeProbability<float>();
  }
  models["segmenter"]["variant"] = input.ConsumeBool() ? "semantic" : "instance";
  models["landmark_detector"]["variant"] = "points";
  models["landmark_detector"]["landmark_scheme"] = 68;
  models["landmark_detector"]["crop_scale"] = 0.5 + 3.5 * input.ConsumeProbability<double>();
  models["landmark_detector"]["min_confidence"] = input.ConsumeProbability<float>();
  models["gender_classifier"]["class_names"] = {"female", "male"};
  models["gender_classifier"]["metrics"] = {{"accuracy", input.ConsumeProbability<float>()}};
  models["inpainter_prior"]["variant"] = "prior";
  if (input.ConsumeBool()) {
    models.erase("inpainter_prior");
  }
  nlohmann::json manifest = {{"schema_version", 1},
                             {"name", "fuzz"},
                             {"version", "1"},
                             {"license", "none"},
                             {"models", models}};
  if (input.ConsumeBool()) {
    nlohmann::json& inpainters = manifest["variants"]["other"]["models"];
    // The two inpainters are swapped relative to the default set.
    inpainters["inpainter_female"] = models["inpainter_male"];
    inpainters["inpainter_male"] = models["inpainter_female"];
  }
  const std::string text = manifest.dump();
  files["manifest.json"].assign(text.begin(), text.end());
  return files;
}

/// The opened bundle, or NULL if it is refused.
inline demask_bundle* bundle_from_memory(const BundleFiles& files) {
  std::vector<const char*> names;
  std::vector<const std::uint8_t*> contents;
  std::vector<std::size_t> sizes;
  for (const auto& [name, content] : files) {
    names.push_back(name.c_str());
    contents.push_back(content.data());
    sizes.push_back(content.size());
  }
  demask_bundle* bundle = nullptr;
  checked(demask_bundle_from_memory(names.data(), contents.data(), sizes.data(),
                                    static_cast<std::int32_t>(files.size()), &bundle));
  return bundle;
}

}  // namespace demask::fuzz
