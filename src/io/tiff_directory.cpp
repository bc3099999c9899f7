// SPDX-License-Identifier: Apache-2.0
#include "io/tiff_directory.hpp"

#include <algorithm>

namespace demask::io {
namespace {

enum Photometric : std::uint64_t { min_is_black = 1, rgb = 2, palette = 3 };

/// The number of pages, without reduced copies and masks of another page. Damaged chains of
/// directories may be endless.
int count_pages(TiffDirectory directory) {
  constexpr int max_directories = 999;
  constexpr std::uint64_t reduced_or_mask = 1 | 4;
  constexpr std::uint64_t old_reduced = 2;
  int pages = 0;
  for (int i = 0; i < max_directories; ++i) {
    const std::uint64_t kind = directory.value(TiffTag::new_subfile_type).value_or(0);
    const bool is_reduced = directory.value(TiffTag::subfile_type).value_or(0) == old_reduced;
    pages += (kind & reduced_or_mask) == 0 && !is_reduced ? 1 : 0;
    if (!directory.go_on()) {
      break;
    }
  }
  return std::max(pages, 1);
}

/// See ImageHeader::plain. Deeper pixels than 8 bits are taken as they lie in the file.
bool is_plain(const TiffDirectory& directory, int bits) {
  constexpr std::uint64_t unsigned_numbers = 1;
  constexpr std::uint64_t interleaved = 1;
  const std::uint64_t kind = directory.value(TiffTag::sample_format).value_or(unsigned_numbers);
  const std::uint64_t color = directory.value(TiffTag::photometric).value_or(min_is_black);
  const std::uint64_t samples = directory.value(TiffTag::samples_per_pixel).value_or(1);
  const std::uint64_t order = directory.value(TiffTag::planar_configuration).value_or(interleaved);
  const bool is_gray = color == min_is_black && samples == 1;
  const bool is_rgb = color == rgb && (samples == 3 || samples == 4) && order == interleaved;
  return kind == unsigned_numbers && (bits <= 8 || is_gray || is_rgb);
}

}  // namespace

TiffDirectory::TiffDirectory(const ByteReader& file)
    : file_(file), is_big_endian_(file.at(0) == 'M'), is_big_tiff_(number(2, 2) == 43) {
  open(number(is_big_tiff_ ? 8 : 4, word()));
}

void TiffDirectory::open(std::uint64_t offset) {
  // As many as a TIFF file of 32 bits can count: no directory needs more, and searching them all in
  // every directory of a damaged file would take minutes.
  constexpr std::uint64_t max_count = 65535;
  const std::uint64_t count = number(offset, is_big_tiff_ ? 8 : 2);
  count_ = count <= max_count ? count : 0;
  first_ = offset + (is_big_tiff_ ? 8 : 2);
  is_complete_ = offset != 0 && count <= max_count && file_.has(first_, 1);
}

bool TiffDirectory::go_on() {
  if (count_ > file_.size() / entry_size()) {
    return false;
  }
  const std::uint64_t next = number(first_ + count_ * entry_size(), word());
  if (next == 0 || !file_.has(next, 2)) {
    return false;
  }
  open(next);
  return is_complete_;
}

std::optional<std::uint64_t> TiffDirectory::find(TiffTag tag) const {
  for (std::uint64_t i = 0; i < count_; ++i) {
    const std::uint64_t entry = first_ + i * entry_size();
    // What a truncated file lacks of an entry reads as zero.
    if (!file_.has(entry, 2)) {
      return std::nullopt;
    }
    if (number(entry, 2) == static_cast<std::uint64_t>(tag)) {
      return entry;
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> TiffDirectory::position(TiffTag tag) const {
  const std::optional<std::uint64_t> entry = find(tag);
  if (!entry) {
    return std::nullopt;
  }
  // Bytes of one value of each type; those of other types are four.
  const std::uint64_t type = number(*entry + 2, 2);
  const std::uint64_t size = type == 3 ? 2 : type == 5 || type == 16 ? 8 : 4;
  const std::uint64_t field = *entry + 4 + word();
  const bool is_inline = number(*entry + 4, word()) <= word() / size;
  return is_inline ? field : number(field, word());
}

std::optional<std::uint64_t> TiffDirectory::value(TiffTag tag) const {
  const std::optional<std::uint64_t> where = position(tag);
  if (!where) {
    return std::nullopt;
  }
  const bool is_short = number(*find(tag) + 2, 2) == 3;
  return number(*where, is_short ? 2 : 4);
}

std::optional<double> TiffDirectory::fraction(TiffTag tag) const {
  const std::optional<std::uint64_t> where = position(tag);
  const auto numerator = where ? static_cast<double>(number(*where, 4)) : 0.0;
  const auto denominator = where ? static_cast<double>(number(*where + 4, 4)) : 0.0;
  if (numerator <= 0.0 || denominator <= 0.0) {
    return std::nullopt;
  }
  return numerator / denominator;
}

bool is_tiff(const ByteReader& file) {
  return file.starts_with(0, "II*\0", 4) || file.starts_with(0, "MM\0*", 4) ||
         file.starts_with(0, "II+\0", 4) || file.starts_with(0, "MM\0+", 4);
}

ImageHeader inspect_tiff(const ByteReader& file) {
  const TiffDirectory directory(file);
  ImageHeader header;
  header.format = FileFormat::tiff;
  header.complete = directory.is_complete();
  header.width = static_cast<std::int64_t>(directory.value(TiffTag::width).value_or(0));
  header.height = static_cast<std::int64_t>(directory.value(TiffTag::height).value_or(0));
  const std::uint64_t bits = directory.value(TiffTag::bits_per_sample).value_or(1);
  header.bits_per_channel = static_cast<int>(std::min<std::uint64_t>(bits, 64));
  const std::uint64_t color = directory.value(TiffTag::photometric).value_or(min_is_black);
  header.gray = directory.value(TiffTag::samples_per_pixel).value_or(1) == 1 && color != palette;
  header.plain = is_plain(directory, header.bits_per_channel);
  header.pictures = count_pages(directory);
  return header;
}

}  // namespace demask::io
