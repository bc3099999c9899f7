// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <utility>

#include "convert.hpp"
#include "demask.h"
#include "handles.hpp"
#include "log.hpp"
#include "structs.hpp"

using namespace demask::capi;

demask_status demask_reconstruct_default_options(demask_reconstruct_options* options) {
  return guarded([&] { write_struct(options, "options", default_reconstruct_options()); });
}

demask_status demask_reconstructor_create(const demask_bundle* bundle,
                                          const demask_runtime_options* options,
                                          demask_reconstructor** reconstructor) {
  return guarded([&] {
    demask_reconstructor*& out = require(reconstructor, "reconstructor");
    auto handle = make_handle<demask_reconstructor>(
        demask::FaceReconstructor(require(bundle, "bundle").bundle, to_options(options)));
    if (!handle->reconstructor.has_prior_inpainter()) {
      log_message(DEMASK_LOG_INFO,
                  "bundle: it has no inpainter_prior; faces are painted with quality fast");
    }
    out = handle.release();
  });
}

demask_status demask_reconstructor_load_all(const demask_reconstructor* reconstructor) {
  return guarded([&] {
    const auto start = std::chrono::steady_clock::now();
    require(reconstructor, "reconstructor").reconstructor.load_all();
    log_loaded("all models loaded", start);
  });
}

void demask_reconstructor_free(demask_reconstructor* reconstructor) { delete reconstructor; }

demask_status demask_reconstruct_view(const demask_reconstructor* reconstructor,
                                      const demask_image_view* photo,
                                      const demask_reconstruct_options* options,
                                      demask_result** result) {
  return guarded([&] {
    demask_result*& out = require(result, "result");
    out = make_handle<demask_result>(
              require(reconstructor, "reconstructor")
                  .reconstructor.reconstruct(to_view(photo, "photo"), to_options(options)))
              .release();
  });
}

demask_status demask_reconstruct_batch(const demask_reconstructor* reconstructor,
                                       const demask_image_view* photos, int32_t count,
                                       const demask_reconstruct_options* options,
                                       demask_batch** batch) {
  return guarded([&] {
    demask_batch*& out = require(batch, "batch");
    std::vector<demask::BatchResult> results =
        require(reconstructor, "reconstructor")
            .reconstructor.reconstruct(to_views(photos, count, "photos"), to_options(options));
    auto handle = make_handle<demask_batch>();
    handle->outcomes.reserve(results.size());
    for (demask::BatchResult& item : results) {
      if (item.result) {
        handle->outcomes.emplace_back(demask_result{std::move(*item.result)});
      } else {
        handle->outcomes.emplace_back(item.error.value());
      }
    }
    out = handle.release();
  });
}

int32_t demask_batch_count(const demask_batch* batch) {
  return batch == nullptr ? 0 : static_cast<int32_t>(batch->outcomes.size());
}

demask_status demask_batch_result(const demask_batch* batch, int32_t index,
                                  const demask_result** result) {
  return guarded([&] {
    const demask_result*& out = require(result, "result");
    const auto& outcomes = require(batch, "batch").outcomes;
    const auto& outcome = outcomes[checked_index(index, outcomes.size(), "index")];
    if (const auto* error = std::get_if<demask::Error>(&outcome)) {
      throw *error;
    }
    out = &std::get<demask_result>(outcome);
  });
}

void demask_batch_free(demask_batch* batch) { delete batch; }
