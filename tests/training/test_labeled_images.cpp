// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>
#include <string>

#include "data/csv.hpp"
#include "data/json_file.hpp"
#include "data/labelme.hpp"
#include "data/voc.hpp"
#include "dataset/indexed_set.hpp"
#include "dataset/landmark_file.hpp"
#include "dataset/person_split.hpp"
#include "demask/error.hpp"
#include "temporary_folder.hpp"

using namespace demask;
using namespace demask::training;
using Catch::Contains;
using test::TemporaryFolder;

namespace {

constexpr const char* one_red_pixel =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

nlohmann::json labelme_document() {
  return {{"imagePath", "photo.png"},
          {"imageData", nullptr},
          {"imageWidth", 20},
          {"imageHeight", 10},
          {"shapes",
           {{{"label", "mask"},
             {"shape_type", "polygon"},
             {"points", {{2, 3}, {8, 3}, {8, 7}, {2, 7}}}},
            {{"label", "hand"}, {"shape_type", "rectangle"}, {"points", {{12, 1}, {16, 5}}}}}}};
}

/// A folder with a photo of 20 x 10 pixels.
struct PhotoFolder : TemporaryFolder {
  PhotoFolder() { cv::imwrite((path() / "photo.png").string(), cv::Mat(10, 20, CV_8UC3)); }
  void write(const std::string& name, const std::string& text) const {
    test::write_bytes(path() / name, {text.begin(), text.end()});
  }
};

}  // namespace

TEST_CASE("a Labelme file becomes an image with its mask and boxes") {
  const PhotoFolder folder;
  write_json(folder / "face.json", labelme_document());
  const LabeledImage all = read_labelme(folder / "face.json");
  CHECK(all.stem == "face");
  CHECK(all.extension == ".png");
  CHECK(all.size == cv::Size(20, 10));
  CHECK(all.bytes == test::read_bytes(folder / "photo.png"));
  REQUIRE(all.boxes.size() == 2);
  CHECK(all.boxes[1].label == "hand");
  CHECK(all.boxes[1].box.x == 12.0F);
  CHECK(all.boxes[1].box.width == 4.0F);

  const LabeledImage image = read_labelme(folder / "face.json", {"mask"});
  CHECK(image.boxes.size() == 1);
  CHECK(image.mask.at<std::uint8_t>(5, 5) == 255);
  CHECK(image.mask.at<std::uint8_t>(3, 14) == 0);
  CHECK(cv::countNonZero(image.mask) >= 24);
  CHECK(cv::countNonZero(image.mask) <= 35);  // OpenCV also fills the pixels of the outline
}

TEST_CASE("an image embedded in a Labelme file needs no other file") {
  const TemporaryFolder folder;
  nlohmann::json document = labelme_document();
  document["imageData"] = one_red_pixel;
  document["imageWidth"] = 1;
  document["imageHeight"] = 1;
  write_json(folder / "face.json", document);
  CHECK(read_labelme(folder / "face.json").size == cv::Size(1, 1));
}

TEST_CASE("a bad Labelme file is refused with the reason") {
  const PhotoFolder folder;
  nlohmann::json document = labelme_document();
  const auto error_of = [&](const nlohmann::json& bad) {
    write_json(folder / "bad.json", bad);
    try {
      read_labelme(folder / "bad.json");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  document["imageWidth"] = 21;
  CHECK_THAT(error_of(document), Contains("20 x 10") && Contains("21 x 10"));
  document = labelme_document();
  document["shapes"][0]["points"] = {{1, 2}};
  CHECK_THAT(error_of(document), Contains("no area"));
  document = labelme_document();
  document["shapes"][0]["points"] = "here";
  CHECK_THAT(error_of(document), Contains("not as Labelme writes it"));
  document = labelme_document();
  document["imageData"] = "?!";
  CHECK_THAT(error_of(document), Contains("base64"));
  document = labelme_document();
  document["imagePath"] = "nowhere.png";
  CHECK_THAT(error_of(document), Contains("nowhere.png"));
  folder.write("text.json", "{");
  CHECK_THROWS_AS(read_labelme(folder / "text.json"), Error);
}

TEST_CASE("a VOC annotation becomes boxes with coordinates that start at 0") {
  const PhotoFolder folder;
  folder.write("face.xml",
               "<annotation><filename>photo.png</filename>"
               "<object><name>with_mask</name><bndbox><xmin>1</xmin><ymin>2</ymin>"
               "<xmax>10</xmax><ymax>6</ymax></bndbox></object></annotation>");
  const LabeledImage image = read_voc(folder / "face.xml", folder.path());
  CHECK(image.mask.empty());
  REQUIRE(image.boxes.size() == 1);
  CHECK(image.boxes[0].label == "with_mask");
  CHECK(image.boxes[0].box.x == 0.0F);
  CHECK(image.boxes[0].box.y == 1.0F);
  CHECK(image.boxes[0].box.width == 10.0F);
  CHECK(image.boxes[0].box.height == 5.0F);

  folder.write("bad.xml",
               "<annotation><filename>photo.png</filename><object><name>a</name>"
               "<bndbox><xmin>x</xmin></bndbox></object></annotation>");
  CHECK_THROWS_WITH(read_voc(folder / "bad.xml", folder.path()),
                    Contains("xmin") && Contains("not a number"));
  folder.write("bad.xml", "<annotation>");
  CHECK_THROWS_WITH(read_voc(folder / "bad.xml", folder.path()), Contains("not XML"));
}

TEST_CASE("a hostile VOC annotation is refused") {
  const PhotoFolder folder;
  const auto refused = [&](const std::string& text, const std::string& reason) {
    folder.write("bad.xml", "<annotation>" + text + "</annotation>");
    CHECK_THROWS_WITH(read_voc(folder / "bad.xml", folder.path()), Contains(reason));
  };
  refused("<filename><b>photo.png</b></filename>", "<filename> of <annotation> holds no text");
  refused("<filename>/dev/zero</filename>", "is not a file");
  refused("<object/>", "has no <filename>");
  const std::string object = "<filename>photo.png</filename><object>";
  refused(object +
              "<name><b/></name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax>"
              "<ymax>2</ymax></bndbox></object>",
          "<name> of <object> holds no text");
  refused(object +
              "<name>a</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>inf</xmax>"
              "<ymax>2</ymax></bndbox></object>",
          "is not finite");
}

TEST_CASE("images of several kinds make one indexed set") {
  const PhotoFolder folder;
  write_json(folder / "anna_1.json", labelme_document());
  cv::Mat mask(10, 20, CV_8UC1, cv::Scalar(0));
  mask.colRange(0, 10).setTo(200);
  cv::imwrite((folder / "mask.png").string(), mask);
  IndexedSetWriter set(folder / "set", "^(.+)_[0-9]+$");
  set.add(read_labelme(folder / "anna_1.json"), "labelme");
  set.add(read_image_and_mask(folder / "photo.png", folder / "mask.png"), "mask");
  CHECK_THROWS_AS(set.add(read_labelme(folder / "anna_1.json"), "labelme"), Error);
  set.finish();
  const CsvTable index = CsvTable::read(folder / "set" / "index.csv");
  REQUIRE(index.rows() == 2);
  CHECK(index.text(0, index.column("person")) == "anna");
  CHECK(index.text(1, index.column("person")).empty());
  CHECK(index.number(1, index.column("mask_share")) == 0.5F);
  const cv::Mat written = cv::imread(
      (folder / "set" / index.text(1, index.column("mask"))).string(), cv::IMREAD_UNCHANGED);
  CHECK(cv::countNonZero(written == 255) == 100);
  CHECK(CsvTable::read(folder / "set" / "boxes.csv").rows() == 2);
  CHECK_THROWS_AS(IndexedSetWriter(folder / "other", "("), Error);
}

TEST_CASE("a mask whose size differs from its image is refused") {
  const PhotoFolder folder;
  cv::imwrite((folder / "mask.png").string(), cv::Mat(5, 5, CV_8UC1));
  CHECK_THROWS_WITH(read_image_and_mask(folder / "photo.png", folder / "mask.png"),
                    Contains("5 x 5"));
}

TEST_CASE("tables are read as they were written") {
  const TemporaryFolder folder;
  write_csv(folder / "t.csv", {"a", "b"}, {{"1,5", "say \"yes\""}, {"", "two\nlines"}});
  const CsvTable table = CsvTable::read(folder / "t.csv");
  CHECK(table.header() == std::vector<std::string>{"a", "b"});
  CHECK(table.text(0, 0) == "1,5");
  CHECK(table.text(0, 1) == "say \"yes\"");
  CHECK(table.text(1, 0).empty());
  CHECK(table.text(1, 1) == "two\nlines");
  CHECK(table.rows() == 2);
}

TEST_CASE("errors of a table name the line of the file") {
  const TemporaryFolder folder;
  const auto file = folder / "t.csv";
  std::ofstream(file) << "a,b\n\"two\nlines\",2\n\n3\n";
  CHECK_THROWS_WITH(CsvTable::read(file), Contains("line 5 has 1 of 2 fields"));
  std::ofstream(file) << "a,b\n1,2\n3,5\"\n6,7\n8,9\n";
  CHECK_THROWS_WITH(CsvTable::read(file), Contains("line 3") && Contains("never closed"));
}

TEST_CASE("the split of a person does not depend on the rest of the set") {
  const SplitShares shares{0.2, 0.3};
  std::map<std::string, int> counts;
  for (int i = 0; i < 2000; ++i) {
    const std::string person = "person " + std::to_string(i);
    const std::string split = split_of(person, shares, 1);
    CHECK(split == split_of(person, shares, 1));
    ++counts[split];
  }
  CHECK(counts["test"] == Approx(600).margin(80));
  CHECK(counts["val"] == Approx(400).margin(80));
  CHECK(counts["train"] == Approx(1000).margin(90));
}

TEST_CASE("a landmark file holds one face or several") {
  const TemporaryFolder folder;
  const nlohmann::json face(68, {1.5, 2.5});
  write_json(folder / "one.json", face);
  write_json(folder / "two.json", {face, face});
  write_json(folder / "bad.json", {{1, 2}, {3, 4}});
  write_json(folder / "text.json", "face");
  CHECK(read_landmark_file(folder / "one.json").size() == 1);
  REQUIRE(read_landmark_file(folder / "two.json").size() == 2);
  CHECK(read_landmark_file(folder / "two.json")[1].points[67].y == 2.5F);
  CHECK_THROWS_WITH(read_landmark_file(folder / "bad.json"), Contains("2 points"));
  CHECK_THROWS_AS(read_landmark_file(folder / "text.json"), Error);
}
