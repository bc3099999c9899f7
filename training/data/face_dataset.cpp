// SPDX-License-Identifier: Apache-2.0
#include "data/face_dataset.hpp"

#include <fmt/format.h>

#include <map>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "data/csv.hpp"
#include "demask/error.hpp"

namespace demask::training {
namespace {

constexpr std::array<const char*, 5> point_names = {"right_eye", "left_eye", "nose", "right_mouth",
                                                    "left_mouth"};

std::map<std::string, Landmarks> read_landmarks(const std::filesystem::path& file) {
  const CsvTable table = CsvTable::read(file);
  const std::size_t name = table.column("file");
  const std::size_t agreement = table.column("agreement");
  const std::size_t first = table.column("x0");
  if (table.column("y67") != first + 135) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format("{}: the columns x0, y0 ... x67, y67 must be in this order", file.string()));
  }
  std::map<std::string, Landmarks> all;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.number(row, agreement) > max_disagreement) {
      continue;
    }
    Landmarks landmarks;
    landmarks.points.reserve(68);
    for (std::size_t i = 0; i < 68; ++i) {
      landmarks.points.push_back(
          {table.number(row, first + 2 * i), table.number(row, first + 2 * i + 1)});
    }
    all.emplace(table.text(row, name), std::move(landmarks));
  }
  return all;
}

std::optional<Gender> parse_gender(const std::string& text) {
  if (text == "f") {
    return Gender::female;
  }
  if (text == "m") {
    return Gender::male;
  }
  return std::nullopt;
}

// Columns of faces.csv.
struct FaceColumns {
  explicit FaceColumns(const CsvTable& table)
      : file(table.column("file")),
        source(table.column("source")),
        person(table.column("person")),
        gender(table.column("gender")),
        age(table.column("age")),
        split(table.column("split")),
        box(table.column("box_x")) {}

  std::size_t file;
  std::size_t source;
  std::size_t person;
  std::size_t gender;
  std::size_t age;
  std::size_t split;
  std::size_t box;  // First of four columns.
};

// Reads a row, without its 68 landmarks.
FaceRecord read_face(const CsvTable& table, std::size_t row, const FaceColumns& columns,
                     const std::filesystem::path& data) {
  FaceRecord face;
  face.file = data / table.text(row, columns.file);
  face.source = table.text(row, columns.source);
  face.person = table.text(row, columns.person);
  face.gender = parse_gender(table.text(row, columns.gender));
  face.age = table.number(row, columns.age, -1.0F);
  face.split = table.text(row, columns.split);
  face.box = {table.number(row, columns.box), table.number(row, columns.box + 1),
              table.number(row, columns.box + 2), table.number(row, columns.box + 3)};
  for (std::size_t i = 0; i < point_names.size(); ++i) {
    const std::size_t x = table.column(std::string(point_names[i]) + "_x");
    face.points[i] = {table.number(row, x), table.number(row, x + 1)};
  }
  return face;
}

}  // namespace

std::vector<FaceRecord> read_faces(const std::filesystem::path& data, const std::string& split) {
  std::map<std::string, Landmarks> landmarks = read_landmarks(data / "landmarks68.csv");
  const CsvTable table = CsvTable::read(data / "faces.csv");
  const FaceColumns columns(table);
  std::vector<FaceRecord> faces;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, columns.split) != split) {
      continue;
    }
    const auto found = landmarks.find(table.text(row, columns.file));
    if (found == landmarks.end()) {
      continue;
    }
    faces.push_back(read_face(table, row, columns, data));
    faces.back().landmarks = std::move(found->second);
  }
  if (faces.empty()) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{}: no face with agreeing landmarks in split '{}'; check the column "
                            "'split' of faces.csv and the files of landmarks68.csv",
                            data.string(), split));
  }
  return faces;
}

std::vector<FaceRecord> read_face_table(const std::filesystem::path& data,
                                        const std::string& split) {
  const CsvTable table = CsvTable::read(data / "faces.csv");
  const FaceColumns columns(table);
  std::vector<FaceRecord> faces;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, columns.split) == split) {
      faces.push_back(read_face(table, row, columns, data));
    }
  }
  return faces;
}

std::vector<FaceRecord> filter_gender(const std::vector<FaceRecord>& faces, Gender gender) {
  std::vector<FaceRecord> kept;
  for (const FaceRecord& face : faces) {
    if (face.gender == gender) {
      kept.push_back(face);
    }
  }
  return kept;
}

cv::Mat read_rgb(const std::filesystem::path& file) {
  cv::Mat image = cv::imread(file.string(), cv::IMREAD_COLOR);
  if (image.empty()) {
    throw Error(ErrorCode::unreadable_file,
                fmt::format("{}: missing or not an image; restore the file or remove its row from "
                            "the table",
                            file.string()));
  }
  cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
  return image;
}

}  // namespace demask::training
