// SPDX-License-Identifier: Apache-2.0
#include "io/color_profile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/core.hpp>
#include <optional>
#include <string>

#include "io/byte_reader.hpp"
#include "io/png_chunks.hpp"

namespace demask::io {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// The meaning of RGB values: chromaticities (x, y) of white, red, green and blue, and the exponent
/// that turns values into light; 0 stands for the curve of sRGB.
struct ColorSpace {
  std::array<double, 8> xy = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};
  double exponent = 0.0;
};

bool is_nearly_srgb(const ColorSpace& space) {
  constexpr double largest_shift = 0.005;
  constexpr double srgb_exponent = 2.2;
  const ColorSpace srgb;
  for (std::size_t i = 0; i < srgb.xy.size(); ++i) {
    if (std::abs(space.xy[i] - srgb.xy[i]) > largest_shift) {
      return false;
    }
  }
  return space.exponent == 0.0 || std::abs(space.exponent / srgb_exponent - 1.0) < 0.05;
}

/// Writes the parts of an ICC profile (ICC.1:2010), whose numbers are big-endian.
class ProfileWriter {
 public:
  void number(std::uint64_t value, unsigned count) {
    for (unsigned i = count; i-- > 0;) {
      bytes.push_back(static_cast<std::uint8_t>(value >> 8U * i));
    }
  }
  void text(const std::string& value) { bytes.insert(bytes.end(), value.begin(), value.end()); }
  /// A signed number with 16 bits after the point; the nearest possible one.
  void fixed(double value) {
    const double possible = std::isfinite(value) ? std::clamp(value, -32768.0, 32767.0) : 0.0;
    number(static_cast<std::uint32_t>(static_cast<std::int32_t>(std::lround(possible * 65536.0))),
           4);
  }
  Bytes bytes;
};

cv::Vec3d from_xy(double x, double y) { return {x / y, 1.0, (1.0 - x - y) / y}; }

const cv::Vec3d d50{0.9642, 1.0, 0.8249};

/// The matrix that adapts colors to the white D50 of profiles (ICC.1:2010, annex E: Bradford).
cv::Matx33d adaptation(const cv::Vec3d& white) {
  const cv::Matx33d cones(0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685,
                          1.0296);
  const cv::Vec3d from = cones * white;
  const cv::Vec3d to = cones * d50;
  const cv::Matx33d scale = cv::Matx33d::diag({to[0] / from[0], to[1] / from[1], to[2] / from[2]});
  return cones.inv() * scale * cones;
}

Bytes xyz_tag(const cv::Vec3d& color) {
  ProfileWriter tag;
  tag.text("XYZ ");
  tag.number(0, 4);
  for (int i = 0; i < 3; ++i) {
    tag.fixed(color[i]);
  }
  return tag.bytes;
}

Bytes matrix_tag(const cv::Matx33d& matrix) {
  ProfileWriter tag;
  tag.text("sf32");
  tag.number(0, 4);
  for (const double value : matrix.val) {
    tag.fixed(value);
  }
  return tag.bytes;
}

Bytes curve_tag(double exponent) {
  constexpr std::array<double, 5> srgb = {2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045};
  constexpr std::uint64_t power = 0;
  constexpr std::uint64_t power_with_line = 3;
  ProfileWriter tag;
  tag.text("para");
  tag.number(0, 4);
  tag.number(exponent == 0.0 ? power_with_line : power, 2);
  tag.number(0, 2);
  if (exponent != 0.0) {
    tag.fixed(exponent);
  } else {
    for (const double value : srgb) {
      tag.fixed(value);
    }
  }
  return tag.bytes;
}

Bytes text_tag(const std::string& text) {
  constexpr std::uint64_t record_size = 12;
  constexpr std::uint64_t text_offset = 28;
  ProfileWriter tag;
  tag.text("mluc");
  tag.number(0, 4);
  tag.number(1, 4);
  tag.number(record_size, 4);
  tag.text("enUS");
  tag.number(2 * text.size(), 4);
  tag.number(text_offset, 4);
  for (const char letter : text) {
    tag.number(static_cast<std::uint8_t>(letter), 2);
  }
  return tag.bytes;
}

struct Tag {
  std::string name;
  Bytes content;
};

std::vector<Tag> tags_of(const ColorSpace& space, bool is_gray) {
  const cv::Vec3d white = from_xy(space.xy[0], space.xy[1]);
  const cv::Matx33d adapt = adaptation(white);
  std::vector<Tag> tags = {{"desc", text_tag("RGB values of the photo")},
                           {"cprt", text_tag("CC0")},
                           {"wtpt", xyz_tag(d50)},
                           {"chad", matrix_tag(adapt)}};
  if (is_gray) {
    tags.push_back({"kTRC", curve_tag(space.exponent)});
    return tags;
  }
  cv::Matx33d primaries;
  for (int i = 0; i < 3; ++i) {
    const std::size_t pair = 2 * (static_cast<std::size_t>(i) + 1);
    const cv::Vec3d color = from_xy(space.xy[pair], space.xy[pair + 1]);
    for (int row = 0; row < 3; ++row) {
      primaries(row, i) = color[row];
    }
  }
  const cv::Vec3d amounts = primaries.inv() * white;
  const std::array<std::string, 3> letters = {"r", "g", "b"};
  for (int i = 0; i < 3; ++i) {
    const cv::Vec3d color(primaries(0, i), primaries(1, i), primaries(2, i));
    const std::string& letter = letters[static_cast<std::size_t>(i)];
    tags.push_back({letter + "XYZ", xyz_tag(adapt * (color * amounts[i]))});
    tags.push_back({letter + "TRC", curve_tag(space.exponent)});
  }
  return tags;
}

void write_header(ProfileWriter& profile, std::uint64_t size, bool is_gray) {
  profile.number(size, 4);
  profile.number(0, 4);
  profile.number(0x04300000, 4);  // version 4.3
  profile.text("mntr");
  profile.text(is_gray ? "GRAY" : "RGB ");
  profile.text("XYZ ");
  for (const std::uint64_t part : std::array<std::uint64_t, 6>{2020, 1, 1, 0, 0, 0}) {
    profile.number(part, 2);
  }
  profile.text("acsp");
  profile.bytes.resize(68);
  for (int i = 0; i < 3; ++i) {
    profile.fixed(d50[i]);
  }
  profile.bytes.resize(128);
}

Bytes make_profile(const ColorSpace& space, bool is_gray) {
  const std::vector<Tag> tags = tags_of(space, is_gray);
  std::uint64_t offset = 128 + 4 + 12 * tags.size();
  ProfileWriter table;
  ProfileWriter contents;
  table.number(tags.size(), 4);
  for (const Tag& tag : tags) {
    table.text(tag.name);
    table.number(offset + contents.bytes.size(), 4);
    table.number(tag.content.size(), 4);
    contents.bytes.insert(contents.bytes.end(), tag.content.begin(), tag.content.end());
    contents.bytes.resize((contents.bytes.size() + 3) / 4 * 4);
  }
  ProfileWriter profile;
  write_header(profile, offset + contents.bytes.size(), is_gray);
  profile.bytes.insert(profile.bytes.end(), table.bytes.begin(), table.bytes.end());
  profile.bytes.insert(profile.bytes.end(), contents.bytes.begin(), contents.bytes.end());
  return profile.bytes;
}

}  // namespace

Bytes profile_of_code_points(int primaries, int transfer, bool is_gray) {
  constexpr int pq = 16;
  constexpr int hlg = 18;
  ColorSpace space;
  if (primaries == 9) {
    space.xy = {0.3127, 0.3290, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046};
  } else if (primaries == 11) {
    space.xy = {0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060};
  } else if (primaries == 12) {
    space.xy = {0.3127, 0.3290, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060};
  }
  space.exponent = transfer == 8 ? 1.0 : transfer == 4 ? 2.2 : transfer == 5 ? 2.8 : 0.0;
  const bool is_wide_range = transfer == pq || transfer == hlg;
  return is_wide_range || is_nearly_srgb(space) ? Bytes() : make_profile(space, is_gray);
}

Bytes profile_of_png(const Bytes& file, bool is_gray) {
  constexpr double scale = 100000.0;
  const ByteReader reader(file.data(), file.size());
  ColorSpace space;
  for (const PngChunk& chunk : png_chunks(reader)) {
    if (chunk.type == "cICP") {
      return profile_of_code_points(reader.at(chunk.content), reader.at(chunk.content + 1),
                                    is_gray);
    }
    if (chunk.type == "iCCP" || chunk.type == "sRGB") {
      return {};
    }
    if (chunk.type == "gAMA" && reader.big(chunk.content, 4) > 0) {
      space.exponent = scale / static_cast<double>(reader.big(chunk.content, 4));
    }
    if (chunk.type == "cHRM" && chunk.end - chunk.content >= 36) {
      for (unsigned i = 0; i < 8; ++i) {
        space.xy[i] = static_cast<double>(reader.big(chunk.content + 4ULL * i, 4)) / scale;
      }
    }
  }
  for (std::size_t i = 1; i < space.xy.size(); i += 2) {
    if (space.xy[i] <= 0.0 || space.xy[i] > 1.0) {
      return {};
    }
  }
  return is_nearly_srgb(space) ? Bytes() : make_profile(space, is_gray);
}

}  // namespace demask::io
