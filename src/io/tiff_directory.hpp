// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Reads the directories of TIFF files (TIFF 6.0, section 2; BigTIFF has wider fields) and of EXIF
/// blocks, which are TIFF structures.

#include <cstdint>
#include <optional>

#include "io/byte_reader.hpp"
#include "io/image_format.hpp"

namespace demask::io {

/// Tags of the main directory (TIFF 6.0, part 1).
enum class TiffTag : std::uint16_t {
  new_subfile_type = 254,
  subfile_type = 255,
  width = 256,
  height = 257,
  bits_per_sample = 258,
  photometric = 262,
  orientation = 274,
  samples_per_pixel = 277,
  planar_configuration = 284,
  x_resolution = 282,
  y_resolution = 283,
  resolution_unit = 296,
  sample_format = 339
};

/// One directory of a TIFF structure. Never reads outside of it.
class TiffDirectory {
 public:
  /// The first directory. The bytes of `file` must outlive the object.
  explicit TiffDirectory(const ByteReader& file);

  /// Whether the structure holds the start of the directory.
  bool is_complete() const { return is_complete_; }

  /// The position of a tag's first value in the file; absent if the directory lacks the tag.
  std::optional<std::uint64_t> position(TiffTag tag) const;

  /// A tag's first value, an integer; absent if the directory lacks the tag.
  std::optional<std::uint64_t> value(TiffTag tag) const;

  /// A tag's first value, a fraction; absent if the directory lacks the tag, or if the fraction is
  /// not positive.
  std::optional<double> fraction(TiffTag tag) const;

  /// Goes on to the next directory. @returns Whether there is one.
  bool go_on();

 private:
  std::optional<std::uint64_t> find(TiffTag tag) const;
  void open(std::uint64_t offset);
  unsigned word() const { return is_big_tiff_ ? 8 : 4; }
  std::uint64_t entry_size() const { return is_big_tiff_ ? 20 : 12; }
  std::uint64_t number(std::uint64_t offset, unsigned count) const {
    return is_big_endian_ ? file_.big(offset, count) : file_.little(offset, count);
  }

  ByteReader file_;
  bool is_big_endian_;
  bool is_big_tiff_;
  bool is_complete_ = false;
  std::uint64_t count_ = 0;
  std::uint64_t first_ = 0;
};

/// Whether a file begins as TIFF or BigTIFF files do.
bool is_tiff(const ByteReader& file);

/// The header of a TIFF file.
ImageHeader inspect_tiff(const ByteReader& file);

}  // namespace demask::io
