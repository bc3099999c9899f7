// SPDX-License-Identifier: Apache-2.0
#include "io/extended_xmp.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "io/jpeg_segments.hpp"

namespace demask::io {
namespace {

constexpr const char* note_prefix = "xmpNote";
constexpr const char* note_namespace = "http://ns.adobe.com/xmp/note/";
constexpr const char* note_key = "Xmp.xmpNote.HasExtendedXMP";

void register_note() {
  static const bool is_registered = [] {
    Exiv2::XmpProperties::registerNs(note_namespace, note_prefix);
    return true;
  }();
  static_cast<void>(is_registered);
}

std::string encoded(const Exiv2::XmpData& xmp, bool is_extension) {
  const unsigned wrapper =
      is_extension ? unsigned{Exiv2::XmpParser::omitPacketWrapper} : unsigned{0};
  std::string packet;
  if (Exiv2::XmpParser::encode(
          packet, xmp,
          static_cast<std::uint16_t>(Exiv2::XmpParser::useCompactFormat |
                                     Exiv2::XmpParser::omitAllFormatting | wrapper)) != 0) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, "the XMP packet cannot be encoded");
  }
  return packet;
}

/// The digest that identifies extended XMP.
std::string md5(const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) {
    throw Exiv2::Error(Exiv2::kerErrorMessage, "OpenSSL offers no MD5");
  }
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += fmt::format("{:02X}", digest[i]);
  }
  return hex;
}

/// The key of the property that a datum belongs to: structures and arrays are split into data.
std::string property_of(const Exiv2::Xmpdatum& datum) {
  const std::string key = datum.key();
  return key.substr(0, key.find_first_of("[/"));
}

/// Properties from the longest to the shortest, without the mark of synthetic pictures.
std::vector<std::string> by_length(const Exiv2::XmpData& xmp) {
  std::map<std::string, std::size_t> lengths;
  for (const Exiv2::Xmpdatum& datum : xmp) {
    if (property_of(datum) != "Xmp.iptcExt.DigitalSourceType") {
      lengths[property_of(datum)] += datum.key().size() + datum.toString().size();
    }
  }
  std::vector<std::pair<std::size_t, std::string>> sorted;
  sorted.reserve(lengths.size());
  for (const auto& [key, length] : lengths) {
    sorted.emplace_back(length, key);
  }
  std::sort(sorted.rbegin(), sorted.rend());
  std::vector<std::string> keys;
  keys.reserve(sorted.size());
  for (const auto& [length, key] : sorted) {
    keys.push_back(key);
  }
  return keys;
}

/// Moves a property from one set to another.
void move_property(const std::string& key, Exiv2::XmpData& from, Exiv2::XmpData& to) {
  Exiv2::XmpData kept;
  for (const Exiv2::Xmpdatum& datum : from) {
    (property_of(datum) == key ? to : kept).add(datum);
  }
  from = kept;
}

}  // namespace

void merge_extended_xmp(const std::vector<std::uint8_t>& file, Exiv2::XmpData& xmp) {
  register_note();
  const auto note = xmp.findKey(Exiv2::XmpKey(note_key));
  if (note == xmp.end()) {
    return;
  }
  const std::string packet = extended_xmp(file, note->toString());
  xmp.erase(note);
  Exiv2::XmpData more;
  if (packet.empty() || Exiv2::XmpParser::decode(more, packet) != 0) {
    return;
  }
  for (const Exiv2::Xmpdatum& datum : more) {
    xmp.add(datum);
  }
}

JpegXmp encode_for_jpeg(const Exiv2::XmpData& xmp) {
  register_note();
  Exiv2::XmpData main = xmp;
  JpegXmp result;
  result.packet = encoded(main, false);
  Exiv2::XmpData extension;
  for (const std::string& key : by_length(xmp)) {
    if (result.packet.size() <= max_jpeg_xmp) {
      break;
    }
    move_property(key, main, extension);
    // The real digest is as long.
    main[note_key] = std::string(32, '0');
    result.packet = encoded(main, false);
  }
  if (!extension.empty()) {
    const std::string packet = encoded(extension, true);
    const std::string guid = md5(packet);
    main[note_key] = guid;
    result.packet = encoded(main, false);
    result.segments = extended_xmp_segments(packet, guid);
  }
  return result;
}

}  // namespace demask::io
