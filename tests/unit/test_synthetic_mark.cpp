// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <stdexcept>
#include <string>

#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "demask/synthetic_mark.hpp"
#include "demask/version.hpp"
#include "io/sidecar.hpp"
#include "io/whole_file.hpp"
#include "temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using demask::Image;
using demask::PixelFormat;
using demask::test::TemporaryFolder;

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("the packet names the IPTC digital source type", "[synthetic_mark]") {
  const std::string packet = demask::synthetic_xmp_packet();
  CHECK(packet.rfind("<?xpacket begin=\"\xEF\xBB\xBF\"", 0) == 0);
  CHECK_THAT(packet, Catch::Matchers::Contains(
                         "Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/"
                         "digitalsourcetype/compositeWithTrainedAlgorithmicMedia\""));
  CHECK_THAT(packet, Catch::Matchers::EndsWith("<?xpacket end=\"w\"?>\n"));
}

TEST_CASE("a picture is marked when it is written or afterward", "[synthetic_mark]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif");
  const fs::path path = folder / ("picture" + extension);
  const Image picture(8, 8, PixelFormat::rgb);
  demask::write_image(path, picture);
  CHECK_FALSE(demask::is_marked_as_synthetic(path));
  demask::mark_as_synthetic(path);
  CHECK(demask::is_marked_as_synthetic(path));
  // The next picture written under that name is not synthetic.
  demask::write_image(path, picture);
  CHECK_FALSE(demask::is_marked_as_synthetic(path));
  CHECK(folder.file_count() == 1);
  demask::EncodeOptions options;
  options.synthetic = true;
  demask::write_image(path, picture, options);
  CHECK(demask::is_marked_as_synthetic(path));
  CHECK(demask::read_image(path).width() == 8);
}

TEST_CASE("a private picture stays private when it is written or marked", "[synthetic_mark]") {
  const TemporaryFolder folder;
  const std::string extension = GENERATE(".jpg", ".png", ".webp", ".tif");
  const fs::path path = folder / ("picture" + extension);
  demask::write_image(path, Image(8, 8, PixelFormat::rgb));
  fs::permissions(path, fs::perms(0600));
  demask::write_image(path, Image(9, 9, PixelFormat::rgb));
  CHECK(fs::status(path).permissions() == fs::perms(0600));
  demask::mark_as_synthetic(path);
  CHECK(fs::status(path).permissions() == fs::perms(0600));
  CHECK(demask::read_image(path).width() == 9);
}

TEST_CASE("a mark beside the picture counts in every build", "[synthetic_mark]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "picture.png";
  const fs::path sidecar = folder / "picture.png.xmp";
  demask::write_image(path, Image(8, 8, PixelFormat::rgb));
  write_text(sidecar, demask::synthetic_xmp_packet());
  CHECK(demask::is_marked_as_synthetic(path));
  SECTION("until a picture without the mark is written") {
    demask::write_image(path, Image(8, 8, PixelFormat::rgb));
    CHECK_FALSE(fs::exists(sidecar));
    CHECK_FALSE(demask::is_marked_as_synthetic(path));
  }
  SECTION("unless the mark says something else") {
    const std::string packet = "<?xpacket begin=\"\"?><x/><?xpacket end=\"w\"?>";
    write_text(sidecar, packet);
    CHECK_FALSE(demask::is_marked_as_synthetic(path));
    demask::write_image(path, Image(8, 8, PixelFormat::rgb));
    CHECK(fs::file_size(sidecar) == packet.size());
  }
  SECTION("the type alone, outside a packet, is not a mark") {
    write_text(sidecar, "compositeWithTrainedAlgorithmicMedia");
    CHECK_FALSE(demask::is_marked_as_synthetic(path));
  }
}

TEST_CASE("a picture made from a marked one is marked", "[synthetic_mark]") {
  const TemporaryFolder folder;
  const fs::path source = folder / "source.png";
  demask::write_image(source, Image(8, 8, PixelFormat::rgb));
  write_text(folder / "source.png.xmp", demask::synthetic_xmp_packet());
  demask::EncodeOptions options;
  options.metadata_source = source;
  const fs::path path = folder / GENERATE("copy.jpg", "source.png");
  demask::write_image(path, Image(8, 8, PixelFormat::rgb), options);
  CHECK(demask::is_marked_as_synthetic(path));
}

TEST_CASE("the mark of a link lies beside its picture", "[synthetic_mark]") {
  const TemporaryFolder folder;
  fs::create_directory(folder / "there");
  const fs::path picture = folder / "there" / "picture.png";
  demask::write_image(picture, Image(8, 8, PixelFormat::rgb));
  write_text(folder / "there" / "picture.png.xmp", demask::synthetic_xmp_packet());
  fs::create_symlink(picture, folder / "link.png");
  CHECK(demask::is_marked_as_synthetic(folder / "link.png"));
  demask::write_image(folder / "link.png", Image(8, 8, PixelFormat::rgb));
  CHECK_FALSE(fs::exists(folder / "there" / "picture.png.xmp"));
  CHECK_FALSE(demask::is_marked_as_synthetic(picture));
}

TEST_CASE("a picture is written even if the file beside it cannot be read", "[synthetic_mark]") {
  const TemporaryFolder folder;
  const fs::path sidecar = folder / "picture.png.xmp";
  write_text(sidecar, "large");
  fs::resize_file(sidecar, demask::io::max_file_bytes + 1);
  demask::write_image(folder / "picture.png", Image(8, 8, PixelFormat::rgb));
  CHECK(fs::exists(sidecar));
}

TEST_CASE("a picture that cannot be written leaves no new mark", "[synthetic_mark]") {
  const TemporaryFolder folder;
  const fs::path path = folder / "picture.avi";
  const fs::path sidecar = folder / "picture.avi.xmp";
  const auto fail = [&sidecar] {
    CHECK(fs::exists(sidecar));
    throw std::runtime_error("full");
  };
  CHECK_THROWS_AS(demask::io::write_with_marked_sidecar(path, fail), std::runtime_error);
  CHECK_FALSE(fs::exists(sidecar));
  write_text(sidecar, demask::synthetic_xmp_packet());
  CHECK_THROWS_AS(demask::io::write_with_marked_sidecar(path, fail), std::runtime_error);
  CHECK(fs::exists(sidecar));
}

TEST_CASE("the build reports what it was made from", "[synthetic_mark]") {
  const demask::BuildInfo info = demask::build_info();
  CHECK(std::string(info.version) == demask::version());
  CHECK(std::string(info.torch_version).find('.') != std::string::npos);
  CHECK(info.with_exiv2 == (DEMASK_TEST_WITH_EXIV2 != 0));
  CHECK(std::string(info.license) == (info.with_exiv2 ? "GPL-3.0-or-later" : "Apache-2.0"));
}
