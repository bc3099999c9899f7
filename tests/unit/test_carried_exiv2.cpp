// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <exiv2/exiv2.hpp>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/color_profile.hpp"
#include "io/heif_file.hpp"
#include "io/jpeg_segments.hpp"
#include "io/png_chunks.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::Image;
using demask::PixelFormat;
using demask::test::read_bytes;
using demask::test::TemporaryFolder;
using demask::test::write_bytes;
using Bytes = std::vector<std::uint8_t>;
namespace fs = std::filesystem;

constexpr const char* mark_key = "Xmp.iptcExt.DigitalSourceType";

Exiv2::Image::AutoPtr open(const fs::path& path) {
  auto image = Exiv2::ImageFactory::open(path.string());
  image->readMetadata();
  return image;
}

/// Writes a picture with the metadata of a source.
std::vector<std::string> write_from(const fs::path& source, const fs::path& target,
                                    bool synthetic = true) {
  std::vector<std::string> warnings;
  demask::EncodeOptions options;
  options.metadata_source = source;
  options.synthetic = synthetic;
  options.on_warning = [&warnings](const std::string& text) { warnings.push_back(text); };
  demask::write_image(target, Image(40, 30, PixelFormat::rgb), options);
  CHECK(demask::read_image(target).width() == 40);
  CHECK(demask::is_marked_as_synthetic(target) == synthetic);
  return warnings;
}

std::string ancestors(int count) {
  std::string items;
  for (int i = 0; i < count; ++i) {
    items += fmt::format("<rdf:li>xmp.did:{:032d}</rdf:li>", i);
  }
  return items;
}

std::string packet(const std::string& properties) {
  return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
         "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
         "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
         "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
         " xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\""
         " xmlns:GCamera=\"http://ns.google.com/photos/1.0/camera/\""
         " xmlns:Container=\"http://ns.google.com/photos/1.0/container/\""
         " xmlns:Item=\"http://ns.google.com/photos/1.0/container/item/\""
         " xmlns:GImage=\"http://ns.google.com/photos/1.0/image/\""
         " xmlns:hdrgm=\"http://ns.adobe.com/hdr-gain-map/1.0/\">" +
         properties + "</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>";
}

std::string long_packet(int count) {
  return packet("<photoshop:DocumentAncestors><rdf:Bag>" + ancestors(count) +
                "</rdf:Bag></photoshop:DocumentAncestors><dc:source>the source</dc:source>");
}

/// A file of the format with this XMP packet.
fs::path with_xmp(const TemporaryFolder& folder, const std::string& extension,
                  const std::string& xmp) {
  const fs::path path = folder / ("source" + extension);
  const Image picture(40, 30, PixelFormat::rgb);
  if (extension == ".heic") {
    demask::io::HeifMetadata metadata;
    metadata.xmp.assign(xmp.begin(), xmp.end());
    write_bytes(path,
                demask::io::encode_heif(cv::Mat(30, 40, CV_8UC3, cv::Scalar::all(0)),
                                        demask::io::FileFormat::heic, 90, metadata, "source"));
    return path;
  }
  demask::write_image(path, picture);
  if (extension == ".png") {
    Bytes file = read_bytes(path);
    const std::string text = std::string("XML:com.adobe.xmp\0\0\0\0\0", 22) + xmp;
    demask::io::insert_png_chunks(
        file, demask::io::make_png_chunk("iTXt", Bytes(text.begin(), text.end())));
    write_bytes(path, file);
    return path;
  }
  auto image = Exiv2::ImageFactory::open(path.string());
  image->readMetadata();
  image->setXmpPacket(xmp);
  image->writeMetadata();
  return path;
}

std::string xmp_text(const fs::path& path, const char* key) {
  const auto image = open(path);
  const auto datum = image->xmpData().findKey(Exiv2::XmpKey(key));
  return datum == image->xmpData().end() ? "" : datum->toString();
}

/// The number of ancestors that a JPEG file names in its further XMP segments.
int extended_ancestors(const fs::path& path) {
  const std::string guid = xmp_text(path, "Xmp.xmpNote.HasExtendedXMP");
  const std::string extension = demask::io::extended_xmp(read_bytes(path), guid);
  int count = 0;
  for (std::size_t at = extension.find("xmp.did:"); at != std::string::npos;
       at = extension.find("xmp.did:", at + 1)) {
    ++count;
  }
  return count;
}

Bytes profile_of(const fs::path& path) {
  if (path.extension() == ".heic" || path.extension() == ".avif") {
    return demask::io::read_heif_metadata(read_bytes(path), "file").icc_profile;
  }
  const auto image = open(path);
  if (!image->iccProfileDefined()) {
    return {};
  }
  const Exiv2::DataBuf* profile = image->iccProfile();
  return {profile->pData_, profile->pData_ + profile->size_};
}

fs::path with_chunks(const TemporaryFolder& folder, const Bytes& chunks) {
  const fs::path path = folder / "source.png";
  demask::write_image(path, Image(40, 30, PixelFormat::rgb));
  Bytes file = read_bytes(path);
  demask::io::insert_png_chunks(file, chunks);
  write_bytes(path, file);
  return path;
}

Bytes gamma_chunk(std::uint32_t value) {
  return demask::io::make_png_chunk(
      "gAMA", {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
               static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
}

/// A number of an ICC profile with 16 bits after the point.
double fixed_at(const Bytes& profile, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8U | profile[offset + i];
  }
  return static_cast<std::int32_t>(value) / 65536.0;
}

/// The position of a tag's content in a profile.
std::size_t tag_at(const Bytes& profile, const std::string& name) {
  for (std::size_t entry = 132; entry + 12 <= profile.size(); entry += 12) {
    if (std::string(profile.begin() + static_cast<std::ptrdiff_t>(entry),
                    profile.begin() + static_cast<std::ptrdiff_t>(entry + 4)) == name) {
      return profile[entry + 6] * 256U + profile[entry + 7];
    }
  }
  FAIL("the profile has no " << name);
  return 0;
}

}  // namespace

TEST_CASE("XMP over 64 KiB goes into further segments of a JPEG file", "[metadata]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".png", ".webp", ".tif", ".heic");
  if (extension == ".heic" && !demask::io::has_heif()) {
    return;
  }
  const int count = GENERATE(1142, 1200, 4000);
  const fs::path source = with_xmp(folder, extension, long_packet(count));
  const fs::path target = folder / "out.jpg";
  INFO(extension << ", " << count);
  CHECK(write_from(source, target).empty());
  CHECK(xmp_text(target, "Xmp.dc.source") == "the source");
  CHECK(xmp_text(target, mark_key).find("compositeWithTrained") != std::string::npos);
  CHECK(extended_ancestors(target) == count);

  // The next file has all of it again, whatever its format, and so has a marked one.
  CHECK(write_from(target, folder / "again.jpg").empty());
  CHECK(extended_ancestors(folder / "again.jpg") == count);
  CHECK(write_from(target, folder / "again.png").empty());
  CHECK(xmp_text(folder / "again.png", "Xmp.photoshop.DocumentAncestors").size() >
        static_cast<std::size_t>(count) * 40);
  CHECK(xmp_text(folder / "again.png", "Xmp.xmpNote.HasExtendedXMP").empty());
  demask::mark_as_synthetic(target);
  CHECK(extended_ancestors(target) == count);
}

TEST_CASE("XMP that just fits stays in one segment", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path source = with_xmp(folder, ".png", long_packet(900));
  CHECK(write_from(source, folder / "out.jpg").empty());
  CHECK(xmp_text(folder / "out.jpg", "Xmp.xmpNote.HasExtendedXMP").empty());
  CHECK(xmp_text(folder / "out.jpg", "Xmp.photoshop.DocumentAncestors").size() > 30000);
}

TEST_CASE("further XMP segments that are damaged are left out", "[metadata]") {
  const TemporaryFolder folder;
  write_from(with_xmp(folder, ".png", long_packet(4000)), folder / "whole.jpg");
  Bytes file = read_bytes(folder / "whole.jpg");
  const std::string name = "http://ns.adobe.com/xmp/extension/";
  const auto last = std::find_end(file.begin(), file.end(), name.begin(), name.end());
  *last = 'X';
  write_bytes(folder / "damaged.jpg", file);
  CHECK(write_from(folder / "damaged.jpg", folder / "out.jpg").empty());
  CHECK(xmp_text(folder / "out.jpg", "Xmp.dc.source") == "the source");
  CHECK(xmp_text(folder / "out.jpg", "Xmp.xmpNote.HasExtendedXMP").empty());
}

TEST_CASE("tags of motion photos, gain maps and pictures within XMP are left out", "[metadata]") {
  const TemporaryFolder folder;
  const std::string other_parts = GENERATE(
      "<GCamera:MotionPhoto>1</GCamera:MotionPhoto>"
      "<GCamera:MotionPhotoVersion>1</GCamera:MotionPhotoVersion>",
      "<GCamera:MicroVideo>1</GCamera:MicroVideo>"
      "<GCamera:MicroVideoOffset>12345</GCamera:MicroVideoOffset>",
      "<Container:Directory><rdf:Seq><rdf:li rdf:parseType=\"Resource\"><Container:Item"
      " rdf:parseType=\"Resource\"><Item:Mime>image/jpeg</Item:Mime></Container:Item></rdf:li>"
      "</rdf:Seq></Container:Directory>",
      "<hdrgm:Version>1.0</hdrgm:Version>", "<GImage:Data>AAAA</GImage:Data>");
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif", ".heic");
  if (extension == ".heic" && !demask::io::has_heif()) {
    return;
  }
  const fs::path source =
      with_xmp(folder, ".jpg",
               packet(other_parts +
                      "<GCamera:BurstID>b</GCamera:BurstID><dc:source>the source</dc:source>"));
  const fs::path target = folder / ("out" + extension);
  const std::vector<std::string> warnings = write_from(source, target);
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Matchers::Contains("motion video"));
  const Bytes written = read_bytes(target);
  for (const std::string name :
       {"MotionPhoto", "MicroVideo", "Directory", "hdrgm:Version", "GImage:Data"}) {
    CHECK(std::search(written.begin(), written.end(), name.begin(), name.end()) == written.end());
  }
  const std::string burst = "BurstID";
  CHECK(std::search(written.begin(), written.end(), burst.begin(), burst.end()) != written.end());
}

TEST_CASE("what follows a JPEG photo in its file is left out", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path source =
      with_xmp(folder, ".jpg", packet("<GCamera:MotionPhoto>1</GCamera:MotionPhoto>"));
  Bytes file = read_bytes(source);
  const std::string video(
      "\0\0\0\x18"
      "ftypmp42\0\0\0\0mp42isom",
      24);
  file.insert(file.end(), video.begin(), video.end());
  write_bytes(source, file);
  CHECK(demask::read_image(source).width() == 40);
  write_from(source, folder / "out.jpg");
  const Bytes written = read_bytes(folder / "out.jpg");
  CHECK(written[written.size() - 2] == 0xFF);
  CHECK(written.back() == 0xD9);
}

TEST_CASE("a source with unreadable metadata never costs the photo", "[metadata]") {
  const TemporaryFolder folder;
  demask::write_image(folder / "source.webp", Image(40, 30, PixelFormat::rgb));
  Bytes file = read_bytes(folder / "source.webp");
  std::fill_n(file.begin() + 4, 4, std::uint8_t{0xff});
  write_bytes(folder / "source.webp", file);
  for (const std::string extension : {".jpg", ".png", ".webp", ".tif"}) {
    INFO(extension);
    const auto warnings = write_from(folder / "source.webp", folder / ("out" + extension));
    REQUIRE(warnings.size() == 1);
    CHECK_THAT(warnings[0], Catch::Matchers::Contains("cannot be read"));
  }
}

TEST_CASE("a damaged profile costs only the profile", "[metadata]") {
  const TemporaryFolder folder;
  demask::write_image(folder / "source.jpg", Image(40, 30, PixelFormat::rgb));
  auto image = open(folder / "source.jpg");
  image->exifData()["Exif.Image.Make"] = "Maker";
  image->exifData()["Exif.Image.Orientation"] = std::uint16_t{6};
  image->writeMetadata();
  Bytes file = read_bytes(folder / "source.jpg");
  const std::string profile = std::string(
                                  "\xFF\xE2\0\x14"
                                  "ICC_PROFILE\0\x01\x01",
                                  18) +
                              "none";
  demask::io::insert_jpeg_segments(file, Bytes(profile.begin(), profile.end()));
  write_bytes(folder / "source.jpg", file);
  CHECK(demask::read_image(folder / "source.jpg").width() == 30);
  const auto warnings = write_from(folder / "source.jpg", folder / "out.png");
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Matchers::Contains("color profile is damaged"));
  const auto written = open(folder / "out.png");
  CHECK(written->exifData()["Exif.Image.Make"].toString() == "Maker");
}

TEST_CASE("EXIF over 64 KiB never costs the photo", "[metadata]") {
  const TemporaryFolder folder;
  demask::write_image(folder / "source.png", Image(40, 30, PixelFormat::rgb));
  auto image = open(folder / "source.png");
  image->exifData()["Exif.Image.Make"] = "Maker";
  image->exifData()["Exif.Photo.UserComment"] = std::string(90000, 'x');
  image->exifData()["Exif.Image.ImageDescription"] = std::string(90000, 'y');
  image->writeMetadata();
  for (const std::string extension : {".jpg", ".png", ".webp", ".tif"}) {
    INFO(extension);
    write_from(folder / "source.png", folder / ("out" + extension));
  }
}

TEST_CASE("a PNG file with gAMA keeps it, and other files get a profile for it", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path source = with_chunks(folder, gamma_chunk(100000));
  CHECK(write_from(source, folder / "out.png").empty());
  CHECK(profile_of(folder / "out.png").empty());
  for (const std::string extension : {".jpg", ".webp", ".tif", ".heic", ".avif"}) {
    if (!demask::is_image_name("a" + extension)) {
      continue;
    }
    INFO(extension);
    CHECK(write_from(source, folder / ("out" + extension)).empty());
    const Bytes profile = profile_of(folder / ("out" + extension));
    REQUIRE(profile.size() > 300);
    // The curve is a power of 1; the primaries are those of sRGB, adapted to D50.
    CHECK(fixed_at(profile, tag_at(profile, "rTRC") + 12) == Approx(1.0));
    const std::size_t red = tag_at(profile, "rXYZ") + 8;
    CHECK(fixed_at(profile, red) == Approx(0.4360).margin(0.001));
    CHECK(fixed_at(profile, red + 4) == Approx(0.2225).margin(0.001));
    CHECK(fixed_at(profile, red + 8) == Approx(0.0139).margin(0.001));
    const std::size_t blue = tag_at(profile, "bXYZ") + 8;
    CHECK(fixed_at(profile, blue) == Approx(0.1431).margin(0.001));
    CHECK(fixed_at(profile, blue + 8) == Approx(0.7141).margin(0.001));
  }
}

TEST_CASE("a PNG file that describes sRGB gets no profile", "[metadata]") {
  const TemporaryFolder folder;
  const Bytes chunks = GENERATE(gamma_chunk(45455), Bytes(),
                                demask::io::make_png_chunk("sRGB", Bytes(1, std::uint8_t{0})));
  const fs::path source = with_chunks(folder, chunks);
  CHECK(write_from(source, folder / "out.jpg").empty());
  CHECK(profile_of(folder / "out.jpg").empty());
}

TEST_CASE("profiles for code points of color have known primaries", "[metadata]") {
  CHECK(demask::io::profile_of_code_points(1, 13, false).empty());
  CHECK(demask::io::profile_of_code_points(2, 2, false).empty());
  CHECK(demask::io::profile_of_code_points(9, 16, false).empty());
  const Bytes p3 = demask::io::profile_of_code_points(12, 13, false);
  REQUIRE(p3.size() > 300);
  // Apple's "Display P3" profile.
  const std::size_t red = tag_at(p3, "rXYZ") + 8;
  CHECK(fixed_at(p3, red) == Approx(0.5151).margin(0.001));
  CHECK(fixed_at(p3, red + 4) == Approx(0.2412).margin(0.001));
  CHECK(fixed_at(p3, red + 8) == Approx(-0.0011).margin(0.001));
  const std::size_t green = tag_at(p3, "gXYZ") + 8;
  CHECK(fixed_at(p3, green) == Approx(0.2920).margin(0.001));
  CHECK(fixed_at(p3, green + 4) == Approx(0.6922).margin(0.001));
  const Bytes gray = demask::io::profile_of_code_points(12, 8, true);
  CHECK(std::string(gray.begin() + 16, gray.begin() + 20) == "GRAY");
  CHECK(fixed_at(gray, tag_at(gray, "kTRC") + 12) == Approx(1.0));
}

TEST_CASE("an AVIF file with code points gives other files a profile", "[metadata]") {
  if (!demask::io::has_heif()) {
    return;
  }
  const TemporaryFolder folder;
  demask::io::HeifMetadata metadata;
  metadata.color = demask::io::ColorCodes{12, 13};
  write_bytes(folder / "source.avif",
              demask::io::encode_heif(cv::Mat(30, 40, CV_8UC3, cv::Scalar::all(0)),
                                      demask::io::FileFormat::avif, 90, metadata, "source"));
  for (const std::string extension : {".jpg", ".png", ".webp", ".tif"}) {
    INFO(extension);
    write_from(folder / "source.avif", folder / ("out" + extension));
    CHECK(profile_of(folder / ("out" + extension)) ==
          demask::io::profile_of_code_points(12, 13, false));
  }
}

TEST_CASE("a profile is kept between all formats, and the pixels with it", "[metadata]") {
  const TemporaryFolder folder;
  const Bytes profile = GENERATE(demask::io::profile_of_code_points(12, 13, false),
                                 demask::io::profile_of_code_points(9, 4, false));
  const std::string from = GENERATE(".jpg", ".png", ".webp", ".tif");
  const fs::path source = folder / ("source" + from);
  Image picture(40, 30, PixelFormat::rgb);
  std::fill_n(picture.data(), picture.size_bytes(), std::uint8_t{200});
  demask::write_image(source, picture);
  // Exiv2 writes no profile into a WebP file, so that file is made from a PNG file.
  const fs::path carrier = from == ".webp" ? folder / "carrier.png" : source;
  demask::write_image(carrier, picture);
  auto image = open(carrier);
  Exiv2::DataBuf copy(profile.data(), static_cast<long>(profile.size()));
  image->setIccProfile(copy);
  image->writeMetadata();
  if (carrier != source) {
    demask::EncodeOptions options;
    options.metadata_source = carrier;
    demask::write_image(source, picture, options);
  }
  const Image read = demask::read_image(source);
  for (const std::string extension : {".jpg", ".png", ".webp", ".tif", ".heic", ".avif"}) {
    if (!demask::is_image_name("a" + extension)) {
      continue;
    }
    INFO(from << " to " << extension);
    demask::EncodeOptions options;
    options.metadata_source = source;
    demask::write_image(folder / ("out" + extension), read, options);
    CHECK(profile_of(folder / ("out" + extension)) == profile);
    if (extension == ".png") {
      // Readers refuse a profile without a name.
      const Bytes file = read_bytes(folder / "out.png");
      const std::string name = "iCCPICC profile";
      CHECK(std::search(file.begin(), file.end(), name.begin(), name.end()) != file.end());
    }
    const Image written = demask::read_image(folder / ("out" + extension));
    REQUIRE(written.size_bytes() == read.size_bytes());
    for (std::size_t i = 0; i < read.size_bytes(); i += 97) {
      CHECK(std::abs(int{written.data()[i]} - int{read.data()[i]}) <= 3);
    }
  }
}
