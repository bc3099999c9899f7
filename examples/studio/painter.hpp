// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// The jobs: searching a photo for faces and painting them, one after the other.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "demask/face_reconstructor.hpp"
#include "edit.hpp"
#include "memory_budget.hpp"
#include "session.hpp"

namespace demask::studio {

/// One call of the library.
struct Job {
  int id = 0;  ///< Set by Painter::add().
  std::shared_ptr<Session> session;
  std::shared_ptr<Photo> photo;
  std::shared_ptr<Photo> reference;  ///< Shows the person of the face; null if there is none.
  std::optional<std::size_t> face;   ///< Its index; absent for the first call on a photo.
  std::uint64_t tag = 0;             ///< The page's own number; events on the job repeat it.
  Edit edit;
  MemoryBudget::Reservation memory;  ///< For the mask of `edit`.
  std::atomic<bool> is_cancelled{false};
};

/// Runs jobs on a thread of its own, in the order in which they are added, and adds events on them
/// to their sessions:
///
///     {"type": "queued" | "started" | "cancelled", "job", "tag", "photo", "face"}
///     {"type": "progress", ..., "step", "done", "total"}
///     {"type": "failed", ..., "code", "message"}
///     {"type": "done", ..., "faces": [as Photo::to_json() gives them]}
///
/// Any number of threads may call it at once.
class Painter {
 public:
  /// @param reconstructor  Must outlive the painter, as must `limits`.
  Painter(const FaceReconstructor& reconstructor, const Limits& limits);
  ~Painter();
  Painter(const Painter&) = delete;
  Painter& operator=(const Painter&) = delete;

  /// Adds a job and cancels earlier ones for the same face. Returns its id.
  /// @throws RequestError if too many jobs wait.
  int add(std::shared_ptr<Job> job);
  /// Cancels all jobs that `is_meant` chooses.
  void cancel(const std::function<bool(const Job&)>& is_meant);

 private:
  void work();
  void run(Job& job);
  void run_first(Job& job);
  void run_face(Job& job);
  ReconstructOptions options_of(Job& job) const;
  Result painted(const Job& job, const ReconstructOptions& options) const;
  void cancel_locked(const std::function<bool(const Job&)>& is_meant);

  const FaceReconstructor& reconstructor_;
  const Limits& limits_;
  std::mutex mutex_;
  std::condition_variable has_job_;
  std::deque<std::shared_ptr<Job>> waiting_;
  std::shared_ptr<Job> running_;
  int last_id_ = 0;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace demask::studio
