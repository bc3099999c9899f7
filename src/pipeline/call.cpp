// SPDX-License-Identifier: Apache-2.0
#include "pipeline/call.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/batches.hpp"
#include "core/stopwatch.hpp"
#include "demask/error.hpp"
#include "pipeline/error_translation.hpp"

namespace demask::pipeline {
namespace {

// Runs `work` and returns its error, if any, which belongs to a photo. Error cancelled belongs to
// the whole call and is rethrown.
std::optional<Error> error_of(const std::function<void()>& work) {
  try {
    with_errors_translated(work);
    return std::nullopt;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) {
      throw;
    }
    return error;
  }
}

std::size_t photo_of(const Face* face) { return face->photo_index; }
std::size_t photo_of(std::size_t photo) { return photo; }

bool is_worked_on(const Face* face) { return face->active; }
bool is_worked_on(std::size_t /*photo*/) { return true; }

template <typename Item>
std::vector<Item> part_of(const std::vector<Item>& items, std::size_t first, std::size_t count) {
  const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
  std::vector<Item> part;
  std::copy_if(begin, begin + static_cast<std::ptrdiff_t>(count), std::back_inserter(part),
               [](const Item& item) { return is_worked_on(item); });
  return part;
}

}  // namespace

Call::Call(const StageProvider& provider, const std::vector<ImageView>& views,
           const ReconstructOptions& parameters)
    : stages(provider), options(parameters), photos(views.size()) {
  for (std::size_t i = 0; i < views.size(); ++i) {
    photos[i].view = views[i];
  }
}

Quality Call::quality() const {
  return stages.has_prior_inpainter() ? options.quality : Quality::fast;
}

Faces Call::active_faces() {
  Faces active;
  for (Face& face : faces) {
    if (face.active) {
      active.push_back(&face);
    }
  }
  return active;
}

PhotoIndices Call::good_photos() const {
  PhotoIndices good;
  for (std::size_t i = 0; i < photos.size(); ++i) {
    if (photos[i].outcome.result) {
      good.push_back(i);
    }
  }
  return good;
}

std::vector<BatchResult> Call::take_results() {
  std::vector<BatchResult> results;
  results.reserve(photos.size());
  for (Photo& photo : photos) {
    results.push_back(std::move(photo.outcome));
  }
  return results;
}

void Call::report(PipelineStep step, const Tally& tally) const {
  if (options.progress) {
    options.progress({step, static_cast<int>(tally.done), static_cast<int>(tally.total)});
  }
  if (options.cancelled && options.cancelled()) {
    throw Error(ErrorCode::cancelled,
                "reconstruct: cancelled by the caller; call again to start over");
  }
}

void Call::for_batches(PipelineStep step, std::size_t count, Tally& tally,
                       const std::function<void(std::size_t, std::size_t)>& work) const {
  core::for_each_batch(count, [&](std::size_t first, std::size_t in_batch) {
    report(step, tally);
    work(first, in_batch);
    tally.done += in_batch;
  });
}

void Call::in_batches(PipelineStep step, const Faces& some, Tally& tally,
                      const std::function<void(const Faces&)>& work) {
  for_batches(step, some.size(), tally, [&](std::size_t first, std::size_t count) {
    const Faces batch = part_of(some, first, count);
    if (!batch.empty()) {
      timed(step, batch, [&] { attempt(batch, work); });
    }
  });
}

void Call::in_batches(PipelineStep step, const Faces& some,
                      const std::function<void(const Faces&)>& work) {
  if (some.empty()) {
    return;
  }
  Tally tally{0, some.size()};
  in_batches(step, some, tally, work);
  report(step, tally);
}

void Call::in_batches(PipelineStep step, const PhotoIndices& indices, Tally& tally,
                      const std::function<void(const PhotoIndices&)>& work) {
  for_batches(step, indices.size(), tally, [&](std::size_t first, std::size_t count) {
    attempt(part_of(indices, first, count), work);
  });
}

void Call::by_photo(PipelineStep step, const Faces& some,
                    const std::function<void(std::size_t, const Faces&)>& work) {
  if (some.empty()) {
    return;
  }
  Tally tally{0, some.size()};
  for (std::size_t photo = 0; photo < photos.size(); ++photo) {
    Faces in_photo;
    std::copy_if(some.begin(), some.end(), std::back_inserter(in_photo),
                 [photo](const Face* face) { return photo_of(face) == photo; });
    if (in_photo.empty()) {
      continue;
    }
    report(step, tally);
    timed(step, in_photo, [&] { for_photo(photo, [&] { work(photo, in_photo); }); });
    tally.done += in_photo.size();
  }
  report(step, tally);
}

template <typename Item>
void Call::attempt(const std::vector<Item>& batch,
                   const std::function<void(const std::vector<Item>&)>& work) {
  const std::optional<Error> error = error_of([&] { work(batch); });
  if (!error) {
    return;
  }
  if (batch.size() == 1) {
    fail(photo_of(batch.front()), *error);
    return;
  }
  // A single photo may have made the whole batch fail.
  for (const Item& item : batch) {
    if (is_worked_on(item)) {
      attempt(std::vector<Item>{item}, work);
    }
  }
}

void Call::for_photo(std::size_t photo, const std::function<void()>& work) {
  if (const std::optional<Error> error = error_of(work)) {
    fail(photo, *error);
  }
}

void Call::at_once(std::size_t count, const std::function<std::size_t(std::size_t)>& photo_of_item,
                   const std::function<void(std::size_t)>& work) {
  std::vector<std::optional<Error>> errors(count);
  stages.workers().for_each(count, [&](std::size_t i) {
    if (std::optional<Error> error = error_of([&] { work(i); })) {
      errors[i].emplace(*error);
    }
  });
  for (std::size_t i = 0; i < count; ++i) {
    if (errors[i] && photos[photo_of_item(i)].outcome.result) {
      fail(photo_of_item(i), *errors[i]);
    }
  }
}

void Call::fail(std::size_t photo, const Error& error) {
  photos[photo].outcome.result.reset();
  photos[photo].outcome.error.emplace(error);
  for (Face& face : faces) {
    if (face.photo_index == photo) {
      face.active = false;
    }
  }
}

void timed(PipelineStep step, const Faces& faces, const std::function<void()>& work) {
  const core::Stopwatch stopwatch;
  work();
  const double each = stopwatch.milliseconds() / static_cast<double>(faces.size());
  for (Face* face : faces) {
    face->add_time(step, each);
  }
}

}  // namespace demask::pipeline
