// SPDX-License-Identifier: Apache-2.0
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
  float face_side = 256.0F;  ///< Larger side of the first face's landmarks at rest, in pixels.
  double noise = 2.0;        ///< Standard deviation of the sensor noise in levels.
  std::uint64_t seed = 0;
};

/// Films a photo with a camera that moves around its first face, and writes the positions of the
/// faces in each frame.
void film(const FilmOptions& options);

struct CompareOptions {
  std::filesystem::path result;
  std::filesystem::path truth;
  std::filesystem::path mask;  ///< Empty: figures for the whole photo only.
  std::filesystem::path json;  ///< Empty: printed only.
};

/// Prints how close a photo is to the truth.
void compare(const CompareOptions& options);

struct IndexOptions {
  std::filesystem::path out;
  std::vector<std::filesystem::path> labelme;  ///< Folders of Labelme files.
  std::vector<std::string> labels;             ///< Labels of masks in Labelme files; empty: all.
  std::vector<std::filesystem::path> voc;      ///< Alternating annotation and image folders.
  std::vector<std::filesystem::path> masks;    ///< Alternating image and mask folders.
  std::string person_pattern;                  ///< See IndexedSetWriter.
};

/// Gathers labeled images in several formats into one indexed set.
void index_images(const IndexOptions& options);

struct SplitOptions {
  std::filesystem::path table;
  std::filesystem::path out;
  SplitShares shares;
  std::uint64_t seed = 0;
};

/// Writes a copy of a table with a column that assigns each person to one split.
void split(const SplitOptions& options);

struct StatisticsOptions {
  std::filesystem::path data;
  std::string split;  ///< Empty: all rows.
};

/// Prints a summary of the tables of a data set.
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
