// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <iterator>
#include <string>

#include "convert.hpp"
#include "demask.h"
#include "handles.hpp"
#include "log.hpp"
#include "structs.hpp"

using namespace demask::capi;

namespace {

demask_bundle* make_bundle(demask::ModelBundle bundle) {
  std::string folder = bundle.folder().u8string();
  log_message(DEMASK_LOG_INFO, ("bundle " + bundle.name() + " " + bundle.version() +
                                " opened from " + (folder.empty() ? "memory" : folder))
                                   .c_str());
  return make_handle<demask_bundle>(std::move(bundle), std::move(folder)).release();
}

demask::BundleFiles copy_files(const char* const* names, const uint8_t* const* contents,
                               const size_t* sizes, std::int32_t count) {
  require(names, "names");
  require(contents, "contents");
  require(sizes, "sizes");
  if (count < 1) {
    invalid_argument("count: is " + std::to_string(count) + "; a bundle has at least one file");
  }
  demask::BundleFiles files;
  for (std::int32_t i = 0; i < count; ++i) {
    const std::string name = &require(names[i], "names[i]");
    if (sizes[i] > 0) {
      require(contents[i], ("contents[i] of " + name).c_str());
    }
    const auto [position, is_new] =
        files.emplace(name, std::vector<std::uint8_t>(contents[i], contents[i] + sizes[i]));
    if (!is_new) {
      invalid_argument("names: " + position->first + " appears twice; name it once");
    }
  }
  return files;
}

const demask::ModelSpec& model_of(const demask_bundle* bundle, std::int32_t index,
                                  const char* name) {
  const auto& models = require(bundle, "bundle").bundle.models();
  return models[checked_index(index, models.size(), name)];
}

demask_model_info to_info(const demask::ModelSpec& spec) {
  demask_model_info info{};
  info.struct_size = sizeof info;
  info.variant = spec.variant.c_str();
  info.file = spec.file.c_str();
  info.sha256 = spec.sha256.c_str();
  info.license = spec.license.c_str();
  info.training_data = spec.training_data.c_str();
  info.size_bytes = spec.size_bytes;
  info.stage = static_cast<demask_stage>(spec.stage);
  info.input_size = spec.input_size;
  info.landmark_scheme = static_cast<demask_landmark_scheme>(spec.landmark_scheme);
  info.threshold = spec.threshold;
  info.crop_scale = spec.crop_scale;
  info.class_name_count = to_count(spec.class_names.size());
  info.metric_count = to_count(spec.metrics.size());
  info.min_confidence = static_cast<double>(spec.min_confidence);
  info.largest_face = static_cast<double>(spec.largest_face);
  info.mirror_average = spec.mirror_average ? 1 : 0;
  return info;
}

demask_artifact_info to_info(const demask::TrainingArtifact& artifact) {
  demask_artifact_info info{};
  info.struct_size = sizeof info;
  info.name = artifact.name.c_str();
  info.variant = artifact.variant.c_str();
  info.file = artifact.file.c_str();
  info.sha256 = artifact.sha256.c_str();
  info.size_bytes = artifact.size_bytes;
  return info;
}

}  // namespace

demask_status demask_bundle_open(const char* folder, demask_bundle** bundle) {
  return demask_bundle_open_limited(folder, nullptr, bundle);
}

demask_status demask_bundle_default_limits(demask_bundle_limits* limits) {
  return guarded([&] { write_struct(limits, "limits", default_bundle_limits()); });
}

demask_status demask_bundle_open_limited(const char* folder, const demask_bundle_limits* limits,
                                         demask_bundle** bundle) {
  return guarded([&] {
    demask_bundle*& out = require(bundle, "bundle");
    out = make_bundle(demask::ModelBundle::open(to_path(folder, "folder"), to_limits(limits)));
  });
}

demask_status demask_bundle_open_default(demask_bundle** bundle) {
  return demask_bundle_open_default_limited(nullptr, bundle);
}

demask_status demask_bundle_open_default_limited(const demask_bundle_limits* limits,
                                                 demask_bundle** bundle) {
  return guarded([&] {
    demask_bundle*& out = require(bundle, "bundle");
    out = make_bundle(demask::ModelBundle::find_default(to_limits(limits)));
  });
}

demask_status demask_bundle_from_memory(const char* const* names, const uint8_t* const* contents,
                                        const size_t* sizes, int32_t count,
                                        demask_bundle** bundle) {
  return demask_bundle_from_memory_limited(names, contents, sizes, count, nullptr, bundle);
}

demask_status demask_bundle_from_memory_limited(const char* const* names,
                                                const uint8_t* const* contents, const size_t* sizes,
                                                int32_t count, const demask_bundle_limits* limits,
                                                demask_bundle** bundle) {
  return guarded([&] {
    demask_bundle*& out = require(bundle, "bundle");
    const demask::BundleLimits checked_limits = to_limits(limits);
    out = make_bundle(demask::ModelBundle::from_memory(copy_files(names, contents, sizes, count),
                                                       checked_limits));
  });
}

const char* demask_bundle_name(const demask_bundle* bundle) {
  return bundle == nullptr ? "" : bundle->bundle.name().c_str();
}

const char* demask_bundle_version(const demask_bundle* bundle) {
  return bundle == nullptr ? "" : bundle->bundle.version().c_str();
}

const char* demask_bundle_license(const demask_bundle* bundle) {
  return bundle == nullptr ? "" : bundle->bundle.license().c_str();
}

const char* demask_bundle_folder(const demask_bundle* bundle) {
  return bundle == nullptr ? "" : bundle->folder.c_str();
}

int32_t demask_bundle_variant_count(const demask_bundle* bundle) {
  return bundle == nullptr ? 0 : static_cast<int32_t>(bundle->bundle.variants().size());
}

demask_status demask_bundle_variant_name(const demask_bundle* bundle, int32_t index,
                                         const char** name) {
  return guarded([&] {
    const char*& out = require(name, "name");
    const auto& variants = require(bundle, "bundle").bundle.variants();
    out = variants[checked_index(index, variants.size(), "index")].c_str();
  });
}

demask_status demask_bundle_with_variant(const demask_bundle* bundle, const char* name,
                                         demask_bundle** chosen) {
  return guarded([&] {
    demask_bundle*& out = require(chosen, "chosen");
    const demask_bundle& from = require(bundle, "bundle");
    out = make_handle<demask_bundle>(from.bundle.with_variant(&require(name, "name")), from.folder)
              .release();
  });
}

const char* demask_bundle_variant(const demask_bundle* bundle) {
  return bundle == nullptr ? "" : bundle->bundle.variant().c_str();
}

int32_t demask_bundle_has(const demask_bundle* bundle, demask_stage stage) {
  if (bundle == nullptr || stage < DEMASK_STAGE_FACE_DETECTOR || stage > DEMASK_STAGE_SHAPE_MODEL) {
    return 0;
  }
  return bundle->bundle.has(static_cast<demask::Stage>(stage)) ? 1 : 0;
}

demask_status demask_bundle_verify(const demask_bundle* bundle) {
  return guarded([&] { require(bundle, "bundle").bundle.verify(); });
}

int32_t demask_bundle_model_count(const demask_bundle* bundle) {
  return bundle == nullptr ? 0 : static_cast<int32_t>(bundle->bundle.models().size());
}

demask_status demask_bundle_model(const demask_bundle* bundle, int32_t index,
                                  demask_model_info* info) {
  return guarded([&] { write_struct(info, "info", to_info(model_of(bundle, index, "index"))); });
}

demask_status demask_bundle_class_name(const demask_bundle* bundle, int32_t model, int32_t index,
                                       const char** name) {
  return guarded([&] {
    const char*& out = require(name, "name");
    const auto& class_names = model_of(bundle, model, "model").class_names;
    out = class_names[checked_index(index, class_names.size(), "index")].c_str();
  });
}

demask_status demask_bundle_metric(const demask_bundle* bundle, int32_t model, int32_t index,
                                   const char** key, double* value) {
  return guarded([&] {
    const char*& out_key = require(key, "key");
    double& out_value = require(value, "value");
    const auto& metrics = model_of(bundle, model, "model").metrics;
    checked_index(index, metrics.size(), "index");
    const auto metric = std::next(metrics.begin(), index);
    out_key = metric->first.c_str();
    out_value = metric->second;
  });
}

int32_t demask_bundle_artifact_count(const demask_bundle* bundle) {
  return bundle == nullptr ? 0 : static_cast<int32_t>(bundle->bundle.training_artifacts().size());
}

demask_status demask_bundle_artifact(const demask_bundle* bundle, int32_t index,
                                     demask_artifact_info* info) {
  return guarded([&] {
    const auto& artifacts = require(bundle, "bundle").bundle.training_artifacts();
    write_struct(info, "info", to_info(artifacts[checked_index(index, artifacts.size(), "index")]));
  });
}

void demask_bundle_free(demask_bundle* bundle) { delete bundle; }

demask_status demask_runtime_default_options(demask_runtime_options* options) {
  return guarded([&] { write_struct(options, "options", default_runtime_options()); });
}
