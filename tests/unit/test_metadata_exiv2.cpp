// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <exiv2/exiv2.hpp>
#include <string>
#include <thread>

#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "io/metadata.hpp"
#include "temporary_folder.hpp"

namespace {

using demask::Image;
using demask::PixelFormat;
using demask::test::TemporaryFolder;
namespace fs = std::filesystem;

constexpr const char* mark =
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";

/// The minimal data that a reader accepts as an ICC profile with a color space.
Exiv2::DataBuf make_profile(const char* space) {
  Exiv2::DataBuf profile(132);
  std::memset(profile.pData_, 0, 132);
  profile.pData_[3] = 132;
  std::memcpy(profile.pData_ + 12, "mntr", 4);
  std::memcpy(profile.pData_ + 16, space, 4);
  std::memcpy(profile.pData_ + 36, "acsp", 4);
  return profile;
}

/// A photo as a camera would write it: rotated, with a thumbnail, IPTC, XMP and a color profile.
fs::path make_camera_photo(const TemporaryFolder& folder, const char* space = "RGB ") {
  const fs::path path = folder / "camera.jpg";
  demask::write_image(path, Image(48, 32, PixelFormat::rgb));
  demask::write_image(folder / "thumbnail.jpg", Image(16, 16, PixelFormat::rgb));
  const auto thumbnail = demask::test::read_bytes(folder / "thumbnail.jpg");
  auto image = Exiv2::ImageFactory::open(path.string());
  image->readMetadata();
  Exiv2::ExifData& exif = image->exifData();
  exif["Exif.Image.Make"] = "Maker";
  exif["Exif.Image.Orientation"] = std::uint16_t{6};
  exif["Exif.Photo.DateTimeOriginal"] = "2021:05:06 07:08:09";
  exif["Exif.Photo.PixelXDimension"] = std::uint32_t{48};
  exif["Exif.Photo.PixelYDimension"] = std::uint32_t{32};
  exif["Exif.GPSInfo.GPSLatitudeRef"] = "N";
  Exiv2::ExifThumb(exif).setJpegThumbnail(thumbnail.data(), static_cast<long>(thumbnail.size()));
  image->iptcData()["Iptc.Application2.Caption"] = "a caption";
  image->xmpData()["Xmp.dc.creator"] = "a photographer";
  image->xmpData()["Xmp.tiff.Orientation"] = "6";
  Exiv2::DataBuf profile = make_profile(space);
  image->setIccProfile(profile);
  image->writeMetadata();
  return path;
}

std::string exif_text(Exiv2::Image& image, const char* key) {
  const auto datum = image.exifData().findKey(Exiv2::ExifKey(key));
  return datum == image.exifData().end() ? "" : datum->toString();
}

std::string xmp_text(Exiv2::Image& image, const char* key) {
  const auto datum = image.xmpData().findKey(Exiv2::XmpKey(key));
  return datum == image.xmpData().end() ? "" : datum->toString();
}

}  // namespace

TEST_CASE("a photo is written with its source's metadata and the mark", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path source = make_camera_photo(folder);
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif");
  const bool in_one_step = GENERATE(true, false);
  const fs::path target = folder / ("result" + extension);
  const Image picture(32, 48, PixelFormat::rgb);
  if (in_one_step) {
    demask::EncodeOptions options;
    options.metadata_source = source;
    options.synthetic = true;
    demask::write_image(target, picture, options);
  } else {
    demask::write_image(target, picture);
    demask::mark_as_synthetic(target, source);
  }
  INFO(extension);
  CHECK(demask::is_marked_as_synthetic(target));
  CHECK(demask::read_image(target).width() == 32);
  CHECK(demask::read_image(target).height() == 48);

  auto image = Exiv2::ImageFactory::open(target.string());
  image->readMetadata();
  CHECK(exif_text(*image, "Exif.Image.Make") == "Maker");
  CHECK(exif_text(*image, "Exif.Image.Orientation") == "1");
  CHECK(exif_text(*image, "Exif.Photo.DateTimeOriginal") == "2021:05:06 07:08:09");
  CHECK(exif_text(*image, "Exif.GPSInfo.GPSLatitudeRef") == "N");
  CHECK(exif_text(*image, "Exif.Photo.PixelXDimension") == "32");
  CHECK(exif_text(*image, "Exif.Photo.PixelYDimension") == "48");
  CHECK(Exiv2::ExifThumbC(image->exifData()).copy().size_ == 0);
  CHECK(xmp_text(*image, "Xmp.dc.creator") == "a photographer");
  CHECK(xmp_text(*image, "Xmp.tiff.Orientation") == "1");
  CHECK(xmp_text(*image, "Xmp.iptcExt.DigitalSourceType") == mark);
  CHECK(image->iccProfileDefined());
  if (extension != ".webp") {
    const auto caption = image->iptcData().findKey(Exiv2::IptcKey("Iptc.Application2.Caption"));
    REQUIRE(caption != image->iptcData().end());
    CHECK(caption->toString() == "a caption");
  }
}

TEST_CASE("WebP keeps its alpha channel when metadata is added", "[metadata]") {
  const TemporaryFolder folder;
  demask::EncodeOptions options;
  options.metadata_source = make_camera_photo(folder);
  options.synthetic = true;
  demask::write_image(folder / "result.webp", Image(32, 48, PixelFormat::rgba), options);
  const Image read = demask::read_image(folder / "result.webp");
  REQUIRE(read.format() == PixelFormat::rgba);
  CHECK(int{read.data()[3]} == 0);
}

TEST_CASE("a profile of another color space is left out", "[metadata]") {
  const TemporaryFolder folder;
  demask::EncodeOptions options;
  options.metadata_source = make_camera_photo(folder, "CMYK");
  std::vector<std::string> warnings;
  options.on_warning = [&warnings](const std::string& text) { warnings.push_back(text); };
  demask::write_image(folder / "result.jpg", Image(32, 48, PixelFormat::rgb), options);
  auto image = Exiv2::ImageFactory::open((folder / "result.jpg").string());
  image->readMetadata();
  CHECK_FALSE(image->iccProfileDefined());
  REQUIRE(warnings.size() == 1);
  CHECK_THAT(warnings[0], Catch::Matchers::Contains("CMYK"));
  CHECK(exif_text(*image, "Exif.Image.Make") == "Maker");
  CHECK_FALSE(demask::is_marked_as_synthetic(folder / "result.jpg"));
}

TEST_CASE("marking alone keeps pixels and metadata", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path photo = make_camera_photo(folder);
  const Image before = demask::read_image(photo);
  REQUIRE_FALSE(demask::is_marked_as_synthetic(photo));
  demask::mark_as_synthetic(photo);
  CHECK(demask::is_marked_as_synthetic(photo));
  const Image after = demask::read_image(photo);
  REQUIRE(after.size_bytes() == before.size_bytes());
  CHECK(std::memcmp(after.data(), before.data(), before.size_bytes()) == 0);
  auto image = Exiv2::ImageFactory::open(photo.string());
  image->readMetadata();
  CHECK(exif_text(*image, "Exif.Image.Orientation") == "6");
  CHECK(exif_text(*image, "Exif.Image.Make") == "Maker");
}

TEST_CASE("a BMP file is left unchanged", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "picture.bmp";
  demask::write_image(path, Image(5, 4, PixelFormat::rgb));
  const auto before = demask::test::read_bytes(path);
  demask::mark_as_synthetic(path, make_camera_photo(folder));
  CHECK(demask::test::read_bytes(path) == before);
  CHECK_FALSE(demask::is_marked_as_synthetic(path));
}

TEST_CASE("metadata of a TIFF file does not carry over its layout", "[metadata]") {
  const TemporaryFolder folder;
  const fs::path source = folder / "source.tif";
  demask::write_image(source, Image(100, 90, PixelFormat::rgb));
  demask::EncodeOptions options;
  options.metadata_source = source;
  options.synthetic = true;
  const std::string extension = GENERATE(".tif", ".jpg");
  const fs::path target = folder / ("target" + extension);
  demask::write_image(target, Image(20, 10, PixelFormat::gray), options);
  const Image read = demask::read_image(target);
  CHECK(read.width() == 20);
  CHECK(read.height() == 10);
  auto image = Exiv2::ImageFactory::open(target.string());
  image->readMetadata();
  if (extension == ".jpg") {
    CHECK(exif_text(*image, "Exif.Image.StripOffsets").empty());
    CHECK(exif_text(*image, "Exif.Image.ImageWidth").empty());
  } else {
    CHECK(exif_text(*image, "Exif.Image.ImageWidth") == "20");
  }
}

TEST_CASE("errors of marking", "[metadata]") {
  const TemporaryFolder folder;
  const auto code_of = [](const auto& action) {
    try {
      action();
    } catch (const demask::Error& error) {
      return error.code();
    }
    FAIL("no error");
    return demask::ErrorCode::internal;
  };
  const auto unreadable = demask::ErrorCode::unreadable_file;
  CHECK(code_of([&] { demask::mark_as_synthetic(folder / "missing.jpg"); }) == unreadable);
  CHECK(code_of([&] { return demask::is_marked_as_synthetic(folder / "missing.jpg"); }) ==
        unreadable);
  demask::test::write_bytes(folder / "text.jpg", {'t', 'e', 'x', 't'});
  CHECK(code_of([&] { demask::mark_as_synthetic(folder / "text.jpg"); }) == unreadable);
  CHECK(code_of([&] { return demask::is_marked_as_synthetic(folder / "text.jpg"); }) == unreadable);
  // A RIFF size that overflows when the header's eight bytes are added.
  demask::write_image(folder / "overflow.webp", Image(8, 8, PixelFormat::rgb));
  auto overflow = demask::test::read_bytes(folder / "overflow.webp");
  std::fill_n(overflow.begin() + 4, 4, std::uint8_t{0xff});
  demask::test::write_bytes(folder / "overflow.webp", overflow);
  CHECK(code_of([&] { return demask::is_marked_as_synthetic(folder / "overflow.webp"); }) ==
        unreadable);
  demask::write_image(folder / "picture.jpg", Image(8, 8, PixelFormat::rgb));
  CHECK(code_of([&] {
          demask::mark_as_synthetic(folder / "picture.jpg", folder / "missing.jpg");
        }) == unreadable);
  CHECK_FALSE(demask::is_marked_as_synthetic(folder / "picture.jpg"));
}

TEST_CASE("threads write metadata at the same time", "[metadata][threads]") {
  const TemporaryFolder folder;
  const fs::path source = make_camera_photo(folder);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&folder, &source, i] {
      demask::EncodeOptions options;
      options.metadata_source = source;
      options.synthetic = true;
      for (int round = 0; round < 10; ++round) {
        demask::write_image(folder / fmt::format("{}.jpg", i), Image(16, 16, PixelFormat::rgb),
                            options);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < 8; ++i) {
    CHECK(demask::is_marked_as_synthetic(folder / fmt::format("{}.jpg", i)));
  }
}

TEST_CASE("A file that Exiv2 takes for a video is not given to its reader of videos",
          "[metadata]") {
  // The header of a BigTIFF file and the type box of a QuickTime file: Exiv2 0.27 reads the boxes
  // of such a file for ever.
  const std::string text = std::string("MM\0+", 4) + "ftypheic" + std::string(4, '\0') +
                           "mif1heicmiaf" + std::string("\0\0\1\255meta", 8) +
                           std::string(400, '\0');
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  CHECK(demask::io::exif_orientation(bytes.data(), bytes.size()) == 1);
}
