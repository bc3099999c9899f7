// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <locale>
#include <sstream>
#include <string>

#include "demask/demask.hpp"
#include "temporary_folder.hpp"

namespace {

namespace fs = std::filesystem;
using demask::test::TemporaryFolder;

/// Numbers as in Germany: 1.234,5.
class GermanNumbers : public std::numpunct<char> {
 protected:
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
  std::string do_grouping() const override { return "\3"; }
};

/// Sets the locale of the process for its lifetime, as a host may do: of C++ in any case, and of C
/// if the system can make the locale.
class ForeignLocale {
 public:
  explicit ForeignLocale(const std::string& language)
      : cpp_(std::locale::global(std::locale(std::locale::classic(), new GermanNumbers))),
        c_(std::setlocale(LC_ALL, nullptr)) {
    const std::string name = language + ".UTF-8";
    const std::string make = "localedef -i " + language + " -f UTF-8 '" +
                             (folder_ / name).string() + "' > /dev/null 2>&1";
    ::setenv("LOCPATH", (folder_ / "").c_str(), 1);
    if (std::system(make.c_str()) == 0) {
      std::setlocale(LC_ALL, name.c_str());
    }
  }
  ~ForeignLocale() {
    std::setlocale(LC_ALL, c_.c_str());
    std::locale::global(cpp_);
    ::unsetenv("LOCPATH");
  }
  ForeignLocale(const ForeignLocale&) = delete;
  ForeignLocale& operator=(const ForeignLocale&) = delete;

 private:
  TemporaryFolder folder_;
  std::locale cpp_;
  std::string c_;
};

/// Everything that the library reads and computes for the test photo, as text.
std::string outcome() {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  const demask::ModelBundle bundle = demask::ModelBundle::open(DEMASK_TEST_MODULES "/bundle");
  for (const demask::ModelSpec& spec : bundle.models()) {
    text << spec.file << ' ' << spec.size_bytes << ' ' << spec.largest_face << '\n';
    for (const auto& [name, value] : spec.metrics) {
      text << name << ' ' << value << '\n';
    }
  }
  demask::Image photo(1200, 1600, demask::PixelFormat::rgb);
  const demask::FaceReconstructor reconstructor(bundle);
  reconstructor.load_all();
  const demask::Result result = reconstructor.reconstruct(photo);
  for (const demask::FaceResult& face : result.faces) {
    text << demask::to_string(face.status) << ' ' << face.box.x << ' ' << face.score << '\n';
  }
  return text.str();
}

std::string message_of_a_bad_image() {
  try {
    demask::ImageView view;
    view.width = 123456;
    view.height = 1;
    static_cast<void>(demask::Image(view));
  } catch (const demask::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("the locale of the process changes neither results nor texts", "[locale]") {
  const std::string expected = outcome();
  const std::string message = message_of_a_bad_image();
  REQUIRE_FALSE(message.empty());
  for (const char* language : {"de_DE", "tr_TR"}) {
    const ForeignLocale locale(language);
    CHECK(outcome() == expected);
    CHECK(message_of_a_bad_image() == message);
    CHECK(demask::is_image_name("PHOTO.TIF"));
    CHECK(demask::is_image_name("Photo.JPG"));
  }
}

TEST_CASE("files that are written in another locale are read in any", "[locale]") {
  const TemporaryFolder folder;
  const demask::Image picture(1200, 1000, demask::PixelFormat::rgb);
  for (const std::string extension : {".jpg", ".png", ".webp", ".tif", ".bmp"}) {
    const fs::path plain = folder / ("plain" + extension);
    const fs::path foreign = folder / ("foreign" + extension);
    demask::EncodeOptions options;
    options.synthetic = true;
    demask::write_image(plain, picture, options);
    {
      const ForeignLocale locale("de_DE");
      demask::write_image(foreign, picture, options);
      CHECK(demask::read_image(plain).width() == 1200);
    }
    CHECK(demask::test::read_bytes(foreign) == demask::test::read_bytes(plain));
  }
}
