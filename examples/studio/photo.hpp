// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// A photo of a session, the faces found in it, and what was painted under their masks.

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "demask/result.hpp"
#include "image_cache.hpp"
#include "memory_budget.hpp"

namespace demask::studio {

/// The services that the photos of all sessions share.
struct Storage {
  MemoryBudget& memory;
  ImageCache& images;
  std::int64_t max_pixels;
  std::size_t max_versions;  ///< Of one face.
};

/// One painting of a face: the pixels of the photo that it replaces.
struct Version {
  MaskRegion region;  ///< Which pixels; 255 where the painted one takes the photo's place.
  Image pixels;       ///< Of the region's size, in the photo's format.
  MemoryBudget::Reservation memory;
};

/// An uploaded file. Any number of threads may use it at once.
class Photo {
 public:
  /// Decodes the file to check it. @throws Error as decode_image().
  Photo(int id, std::string name, std::vector<std::uint8_t> file, MemoryBudget::Reservation memory,
        const Storage& storage);
  ~Photo();
  Photo(const Photo&) = delete;
  Photo& operator=(const Photo&) = delete;

  int id() const noexcept { return id_; }
  int width() const noexcept { return width_; }
  int height() const noexcept { return height_; }
  /// The decoded photo, upright. @throws Error as decode_image().
  std::shared_ptr<const Image> image() const;

  /// Takes over the faces of the first call. @throws RequestError if the memory is used up.
  void set_faces(const Result& result);
  /// Takes over the first face of a later call as the face of an index, but keeps its box, score
  /// and landmarks.
  /// @throws RequestError if the memory is used up.
  void set_face(std::size_t index, const Result& result);
  /// Number of faces; 0 before set_faces().
  std::size_t face_count() const;
  /// What is known of a face; its images are empty. @throws RequestError for an unknown index.
  FaceResult face(std::size_t index) const;

  nlohmann::json to_json() const;
  nlohmann::json face_to_json(std::size_t index) const;

  /// The photo as a PNG file that a browser shows as it would the photo.
  std::vector<std::uint8_t> picture() const;
  /// A painting as a PNG file of its region's size, transparent where the photo stays.
  /// @throws RequestError for one that is unknown.
  std::vector<std::uint8_t> version_picture(int version) const;
  /// The file to save: in the photo's own format with its metadata and the mark, or the uploaded
  /// file if no version is given. Later versions cover earlier ones.
  /// @param versions  One of each face that is to be painted.
  /// @throws RequestError for one that is unknown; Error as encode_image().
  std::vector<std::uint8_t> file_with(const std::vector<int>& versions) const;
  /// The name under which file_with() is to be saved.
  std::string file_name(bool is_painted) const;

 private:
  struct FaceState {
    FaceResult result;  // without images
    int version = 0;    // the one painted last; 0 if none
    std::map<int, std::shared_ptr<const Version>> versions;
  };
  FaceState state_of(const Result& result, const FaceResult& face);
  std::shared_ptr<const Version> find_version(int version) const;
  nlohmann::json to_json(const FaceState& face, std::size_t index) const;

  const int id_;
  const std::int64_t key_;  // in the cache
  const std::string name_;
  const std::vector<std::uint8_t> file_;
  MemoryBudget::Reservation memory_;
  const Storage& storage_;
  int width_ = 0;
  int height_ = 0;

  mutable std::mutex mutex_;  // of what follows
  bool is_searched_ = false;
  int last_version_ = 0;
  std::vector<FaceState> faces_;
};

}  // namespace demask::studio
