// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the metadata of image files with Exiv2. Hold lock_exiv2() while using any of it.

#include <cstddef>
#include <cstdint>
#include <exiv2/exiv2.hpp>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "core/fork.hpp"
#include "io/heif_file.hpp"

namespace demask::io {

/// Exiv2 0.27 keeps global tables without locks, so only one thread may use it at a time.
struct Exiv2Lock {
  core::Activity activity;
  std::unique_lock<std::mutex> lock;
};

Exiv2Lock lock_exiv2();

/// Runs Exiv2 code that, for hostile sizes, throws other exceptions than its own errors.
template <typename Part>
void with_errors_of_exiv2(const Part& part) {
  try {
    part();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const Exiv2::AnyError&) {
    throw;
  } catch (const std::exception& error) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, error.what());
  }
}

/// Opens an encoded image and reads its metadata. @throws Exiv2::AnyError.
Exiv2::Image::AutoPtr open_image(const std::uint8_t* bytes, std::size_t size);

/// The metadata of an image file.
struct ImageMetadata {
  Exiv2::ExifData exif;
  Exiv2::IptcData iptc;
  Exiv2::XmpData xmp;
  std::vector<std::uint8_t> icc_profile;  ///< Empty if there is none.
  bool has_damaged_profile = false;       ///< Whether the file has a profile that is not one.
  std::optional<ColorCodes> color;        ///< Only of HEIC and AVIF files.
};

/// Reads all metadata of an image file, whatever its format. Error messages call it `name`.
/// @throws Exiv2::AnyError or Error (it cannot be parsed).
ImageMetadata read_metadata(const std::vector<std::uint8_t>& file, const std::string& name);

/// Removes what describes this file's layout and what shows or describes its unedited pixels.
/// @returns Whether that was a motion video, a gain map or a depth map.
bool keep_only_carried(ImageMetadata& metadata);

}  // namespace demask::io
