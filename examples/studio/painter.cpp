// SPDX-License-Identifier: Apache-2.0
#include "painter.hpp"

#include <algorithm>
#include <new>
#include <utility>

#include "demask/error.hpp"
#include "request_error.hpp"
#include "runs.hpp"

namespace demask::studio {
namespace {

using nlohmann::json;

json event_of(const char* type, const Job& job) {
  return {{"type", type},
          {"job", job.id},
          {"tag", job.tag},
          {"photo", job.photo->id()},
          {"face", job.face ? json(*job.face) : json(nullptr)}};
}

void tell(const char* type, const Job& job) { job.session->events().add(event_of(type, job)); }

void tell_failure(const Job& job, const std::string& code, const std::string& message) {
  json event = event_of("failed", job);
  event["code"] = code;
  event["message"] = message;
  job.session->events().add(event);
}

/// A box grown on all sides by half its size, where the face's mask may reach.
Box surround_of(const Box& box) {
  return {box.x - box.width / 2, box.y - box.height / 2, 2 * box.width, 2 * box.height};
}

bool do_touch(const Box& a, const Box& b) {
  return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

/// The landmarks of the faces near another one: the library tells touching masks apart by them.
std::vector<Landmarks> neighbors_of(const Photo& photo, std::size_t index) {
  std::vector<Landmarks> landmarks;
  const Box own = surround_of(photo.face(index).box);
  for (std::size_t i = 0; i < photo.face_count(); ++i) {
    FaceResult other = photo.face(i);
    if (i != index && !other.landmarks.empty() && do_touch(own, surround_of(other.box))) {
      landmarks.push_back(std::move(other.landmarks));
    }
  }
  return landmarks;
}

/// Says which face is painted: by its landmarks or, if it has none, by its box.
void choose_face(const Job& job, ReconstructOptions& options) {
  const FaceResult face = job.photo->face(*job.face);
  if (job.edit.landmarks && !face.landmarks.empty() &&
      job.edit.landmarks->scheme != face.landmarks.scheme) {
    throw bad_request("landmarks: are of another scheme than those found; give as many points");
  }
  if (job.edit.landmarks) {
    options.landmarks = {*job.edit.landmarks};
  } else if (!face.landmarks.empty()) {
    options.landmarks = {face.landmarks};
  } else {
    options.boxes = {face.box};
    options.min_face_size = 1.0F;
    return;
  }
  // A mask painted by the user is this face's alone.
  if (!job.edit.mask) {
    for (Landmarks& other : neighbors_of(*job.photo, *job.face)) {
      options.landmarks.push_back(std::move(other));
    }
  }
}

}  // namespace

Painter::Painter(const FaceReconstructor& reconstructor, const Limits& limits)
    : reconstructor_(reconstructor), limits_(limits), thread_([this] { work(); }) {}

Painter::~Painter() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_ending_ = true;
    cancel_locked([](const Job&) { return true; });
  }
  has_job_.notify_all();
  thread_.join();
}

int Painter::add(std::shared_ptr<Job> job) {
  const std::lock_guard<std::mutex> lock(mutex_);
  cancel_locked(
      [&job](const Job& other) { return other.photo == job->photo && other.face == job->face; });
  if (waiting_.size() >= limits_.waiting_jobs) {
    throw RequestError(429, "too_many_jobs",
                       "studio: too many jobs wait; try again when some are done");
  }
  job->id = ++last_id_;
  const int id = job->id;
  tell("queued", *job);
  waiting_.push_back(std::move(job));
  has_job_.notify_one();
  return id;
}

void Painter::cancel(const std::function<bool(const Job&)>& is_meant) {
  const std::lock_guard<std::mutex> lock(mutex_);
  cancel_locked(is_meant);
}

void Painter::cancel_locked(const std::function<bool(const Job&)>& is_meant) {
  const auto first = std::stable_partition(
      waiting_.begin(), waiting_.end(),
      [&is_meant](const std::shared_ptr<Job>& job) { return !is_meant(*job); });
  for (auto job = first; job != waiting_.end(); ++job) {
    tell("cancelled", **job);
  }
  waiting_.erase(first, waiting_.end());
  if (running_ && is_meant(*running_)) {
    running_->is_cancelled = true;
  }
}

void Painter::work() {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    has_job_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (is_ending_) {
      return;
    }
    running_ = std::move(waiting_.front());
    waiting_.pop_front();
    const std::shared_ptr<Job> job = running_;
    lock.unlock();
    run(*job);
    lock.lock();
    running_.reset();
  }
}

void Painter::run(Job& job) {
  try {
    tell("started", job);
    if (job.face) {
      run_face(job);
    } else {
      run_first(job);
    }
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) {
      tell("cancelled", job);
    } else {
      tell_failure(job, to_string(error.code()), error.what());
    }
  } catch (const RequestError& error) {
    tell_failure(job, error.code(), error.what());
  } catch (const std::bad_alloc&) {
    tell_failure(job, to_string(ErrorCode::out_of_memory),
                 "there is not enough memory for the photo; shrink it");
  } catch (const std::exception& error) {
    tell_failure(job, to_string(ErrorCode::internal), error.what());
  }
}

ReconstructOptions Painter::options_of(Job& job) const {
  ReconstructOptions options = job.edit.options();
  options.max_pixels = limits_.pixels;
  options.cancelled = [&job] { return job.is_cancelled.load(); };
  options.progress = [&job](const Progress& progress) {
    json event = event_of("progress", job);
    event["step"] = to_string(progress.step);
    event["done"] = progress.done;
    event["total"] = progress.total;
    job.session->events().add(event);
  };
  return options;
}

/// A result whose photo shows the variant that the job asks for.
Result Painter::painted(const Job& job, const ReconstructOptions& options) const {
  Result result = reconstructor_.reconstruct(*job.photo->image(), options);
  if (!result.variant_photos.empty()) {
    result.photo = std::move(result.variant_photos.back());
  }
  return result;
}

void Painter::run_first(Job& job) {
  job.photo->set_faces(painted(job, options_of(job)));
  json event = event_of("done", job);
  event["faces"] = job.photo->to_json()["faces"];
  job.session->events().add(event);
}

void Painter::run_face(Job& job) {
  ReconstructOptions options = options_of(job);
  choose_face(job, options);
  Image mask;
  if (job.edit.mask) {
    mask = in_photo(*job.edit.mask, job.photo->width(), job.photo->height());
    options.mask = mask;
  }
  std::shared_ptr<const Image> reference;
  if (job.reference) {
    reference = job.reference->image();
    options.references = {{*reference, std::nullopt, 0}};  // The face of the job is the first.
  }
  job.photo->set_face(*job.face, painted(job, options));
  json event = event_of("done", job);
  event["faces"] = json::array({job.photo->face_to_json(*job.face)});
  job.session->events().add(event);
}

}  // namespace demask::studio
