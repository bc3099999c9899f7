// SPDX-License-Identifier: Apache-2.0
#include "photo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "demask/image_io.hpp"
#include "request_error.hpp"
#include "runs.hpp"

namespace demask::studio {
namespace {

using nlohmann::json;

std::int64_t next_key() {
  static std::atomic<std::int64_t> key{0};
  return ++key;
}

RequestError no_memory() {
  return {507, "out_of_memory",
          "studio: its memory is used up; remove photos that are done, or start a new session"};
}

RequestError unknown_version() {
  return {409, "version_gone", "versions: one is not kept any more; paint the face again"};
}

/// The pixels of a region's rectangle.
Image crop(const ImageView& image, const MaskRegion& region) {
  ImageView part = image;
  part.stride = image.row_stride();
  part.data = image.row(region.y) + std::ptrdiff_t{region.x} * channels(image.format);
  part.width = region.pixels.width();
  part.height = region.pixels.height();
  return Image(part);
}

/// Puts a painting into a photo, and marks its pixels in `changed`.
void paste(const Version& version, Image& photo, Image& changed) {
  const int size = channels(photo.format());
  const MaskRegion& region = version.region;
  for (int y = 0; y < region.pixels.height(); ++y) {
    const std::uint8_t* covered = region.pixels.row(y);
    const std::uint8_t* from = version.pixels.row(y);
    std::uint8_t* to = photo.row(region.y + y) + std::ptrdiff_t{region.x} * size;
    for (int x = 0; x < region.pixels.width(); ++x) {
      if (covered[x] != 0) {
        std::copy_n(from + std::ptrdiff_t{x} * size, size, to + std::ptrdiff_t{x} * size);
        changed.row(region.y + y)[region.x + x] = 255;
      }
    }
  }
}

json to_json(const Landmarks& landmarks) {
  if (landmarks.empty()) {
    return nullptr;
  }
  json points = json::array();
  for (const Point& point : landmarks.points) {
    points.push_back({point.x, point.y});
  }
  return points;
}

}  // namespace

Photo::Photo(int id, std::string name, std::vector<std::uint8_t> file,
             MemoryBudget::Reservation memory, const Storage& storage)
    : id_(id),
      key_(next_key()),
      name_(std::move(name)),
      file_(std::move(file)),
      memory_(std::move(memory)),
      storage_(storage) {
  const std::shared_ptr<const Image> decoded = image();
  width_ = decoded->width();
  height_ = decoded->height();
}

Photo::~Photo() { storage_.images.remove(key_); }

std::shared_ptr<const Image> Photo::image() const {
  return storage_.images.get(key_, [this] {
    return decode_image(file_.data(), file_.size(), name_, storage_.max_pixels);
  });
}

Photo::FaceState Photo::state_of(const Result& result, const FaceResult& face) {
  FaceState state;
  state.result = face;
  for (Image* image : {&state.result.aligned_before, &state.result.aligned_mask,
                       &state.result.aligned_after, &state.result.aligned_alternative}) {
    *image = Image();
  }
  state.result.variants.clear();
  if (face.status == FaceStatus::reconstructed) {
    auto version = std::make_shared<Version>();
    version->region = face.mask;
    version->pixels = crop(result.photo.view(), face.mask);
    version->memory =
        storage_.memory.reserve(version->pixels.size_bytes() + version->region.pixels.size_bytes());
    if (!version->memory) {
      throw no_memory();
    }
    state.version = ++last_version_;
    state.versions[state.version] = std::move(version);
  }
  return state;
}

void Photo::set_faces(const Result& result) {
  const std::lock_guard<std::mutex> lock(mutex_);
  faces_.clear();
  for (const FaceResult& face : result.faces) {
    faces_.push_back(state_of(result, face));
  }
  is_searched_ = true;
}

void Photo::set_face(std::size_t index, const Result& result) {
  const std::lock_guard<std::mutex> lock(mutex_);
  FaceState& before = faces_.at(index);
  FaceState after = state_of(result, result.faces.front());
  // Later calls start from what was found, not from what the user moved.
  after.result.box = before.result.box;
  after.result.score = before.result.score;
  if (!before.result.landmarks.empty()) {
    after.result.landmarks = before.result.landmarks;
  }
  after.versions.insert(before.versions.begin(), before.versions.end());
  while (after.versions.size() > storage_.max_versions) {
    after.versions.erase(after.versions.begin());
  }
  before = std::move(after);
}

std::size_t Photo::face_count() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return faces_.size();
}

FaceResult Photo::face(std::size_t index) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (index >= faces_.size()) {
    throw RequestError(404, "not_found", "face: the photo has no such face; give its index");
  }
  return faces_[index].result;
}

json Photo::to_json(const FaceState& face, std::size_t index) const {
  const FaceResult& result = face.result;
  json entry{{"index", index},
             {"status", to_string(result.status)},
             {"reason", result.reason},
             {"box", {result.box.x, result.box.y, result.box.width, result.box.height}},
             {"score", result.score},
             {"landmarks", studio::to_json(result.landmarks)},
             {"gender", nullptr},
             {"gender_uncertain", result.gender_uncertain},
             {"quality", to_string(result.quality)},
             {"reference", to_string(result.reference)},
             {"reference_reason", result.reference_reason},
             {"version", face.version == 0 ? json(nullptr) : json(face.version)},
             {"region", to_runs(result.mask)}};
  if (result.gender) {
    entry["gender"] = to_string(result.gender->gender);
    entry["gender_probability"] = result.gender->probability;
  }
  return entry;
}

json Photo::to_json() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  json faces = json::array();
  for (std::size_t i = 0; i < faces_.size(); ++i) {
    faces.push_back(to_json(faces_[i], i));
  }
  return {{"id", id_},
          {"name", name_},
          {"width", width_},
          {"height", height_},
          {"faces", is_searched_ ? faces : json(nullptr)}};
}

json Photo::face_to_json(std::size_t index) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return to_json(faces_.at(index), index);
}

std::shared_ptr<const Version> Photo::find_version(int version) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const FaceState& face : faces_) {
    const auto found = face.versions.find(version);
    if (found != face.versions.end()) {
      return found->second;
    }
  }
  throw unknown_version();
}

std::vector<std::uint8_t> Photo::picture() const {
  return encode_image("picture.png", *image(), {}, &file_);
}

std::vector<std::uint8_t> Photo::version_picture(int version) const {
  const std::shared_ptr<const Version> found = find_version(version);
  Image pixels = convert(found->pixels, PixelFormat::rgba);
  const Image& covered = found->region.pixels;
  for (int y = 0; y < pixels.height(); ++y) {
    for (int x = 0; x < pixels.width(); ++x) {
      pixels.row(y)[std::ptrdiff_t{4} * x + 3] = covered.row(y)[x];
    }
  }
  EncodeOptions encoding;
  encoding.synthetic = true;
  return encode_image("version.png", pixels, encoding, &file_);
}

std::vector<std::uint8_t> Photo::file_with(const std::vector<int>& versions) const {
  if (versions.empty()) {
    return file_;
  }
  Image photo = *image();
  Image changed(photo.width(), photo.height(), PixelFormat::gray);
  for (const int version : versions) {
    paste(*find_version(version), photo, changed);
  }
  EncodeOptions encoding;
  encoding.changed = changed.view();
  encoding.synthetic = true;
  return encode_image(file_name(true), photo, encoding, &file_);
}

std::string Photo::file_name(bool is_painted) const {
  if (!is_painted) {
    return name_;
  }
  const std::filesystem::path path(name_);
  const std::string extension = is_image_name(path) ? path.extension().string() : ".png";
  return path.stem().string() + "_unmasked" + extension;
}

}  // namespace demask::studio
