#pragma once

/// @file
/// The commands of demask-dataset and their options.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "dataset/person_split.hpp"

namespace demask::training {

struct SynthesizeOptions {
  std::filesystem::path photo;
  std::filesystem::path out;
  std::filesystem::path mask;       ///< Empty: the true mask is not written.
  std::filesystem::path models;     ///< Empty: the default bundle.
  std::filesystem::path landmarks;  ///< Empty: found by the models.
  std::filesystem::path templates;  ///< Empty: procedural masks only.
  std::uint64_t seed = 0;
};

/// Writes a photo whose faces wear synthetic masks.
void synthesize(const SynthesizeOptions& options);

struct FilmOptions {
  std::filesystem::path photo;
  std::filesystem::path out;        ///< AVI.
  std::filesystem::path truth;      ///< CSV; empty: the truth is not written.
  std::filesystem::path models;     ///< Empty: the default bundle.
  std::filesystem::path landmarks;  ///< Empty: found by the models.
  int frames = 50;
  double frame_rate = 25.0;
  int width = 1280;
  int height = 720;
  float face_side = 256.0F;  ///< Of the first face's landmarks, larger side, at rest.
  double noise = 2.0;        ///< Standard deviation of the sensor noise in levels.
  std::uint64_t seed = 0;
};

/// Films a photo with a camera that moves around its first face, and writes where the faces are in
/// each frame.
void film(const FilmOptions& options);

struct CompareOptions {
  std::filesystem::path result;
  std::filesystem::path truth;
  std::filesystem::path mask;  ///< Empty: figures of the whole photo only.
  std::filesystem::path json;  ///< Empty: printed only.
};

/// Prints how near a photo is to the truth.
void compare(const CompareOptions& options);

struct IndexOptions {
  std::filesystem::path out;
  std::vector<std::filesystem::path> labelme;  ///< Folders of Labelme files.
  std::vector<std::string> labels;             ///< Labels of masks in them; empty: all.
  std::vector<std::filesystem::path> voc;      ///< Annotation folder, image folder, and so on.
  std::vector<std::filesystem::path> masks;    ///< Image folder, mask folder, and so on.
  std::string person_pattern;                  ///< As IndexedSetWriter takes it.
};

/// Gathers labeled images of several kinds into one indexed set.
void index_images(const IndexOptions& options);

struct SplitOptions {
  std::filesystem::path table;
  std::filesystem::path out;
  SplitShares shares;
  std::uint64_t seed = 0;
};

/// Writes a copy of a table in which each person is in one split.
void split(const SplitOptions& options);

struct StatisticsOptions {
  std::filesystem::path data;
  std::string split;  ///< Empty: all rows.
};

/// Prints what the tables of a data set hold.
void statistics(const StatisticsOptions& options);

struct SheetOptions {
  std::filesystem::path data;
  std::filesystem::path out;
  std::string split = "train";
  int count = 24;
  int columns = 3;
  int size = 256;
  std::uint64_t seed = 0;
};

/// Writes a contact sheet of synthesized faces.
void sheet(const SheetOptions& options);

}  // namespace demask::training
