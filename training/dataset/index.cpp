// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <map>

#include "data/labelme.hpp"
#include "data/voc.hpp"
#include "dataset/commands.hpp"
#include "dataset/indexed_set.hpp"
#include "demask/error.hpp"
#include "demask/image_io.hpp"
#include "programs/progress_line.hpp"

namespace demask::training {
namespace {

namespace fs = std::filesystem;

// Calls `work` for each pair of consecutive folders.
template <typename Work>
void for_each_pair(const std::vector<fs::path>& folders, const Work& work) {
  for (std::size_t i = 0; i + 1 < folders.size(); i += 2) {
    work(folders[i], folders[i + 1]);
  }
}

void index_labelme(const IndexOptions& options, IndexedSetWriter& set,
                   programs::ProgressLine& progress) {
  for (const fs::path& folder : options.labelme) {
    const std::vector<fs::path> files = list_files(folder, {".json"});
    for (std::size_t i = 0; i < files.size(); ++i) {
      progress.show_fraction(static_cast<double>(i) / static_cast<double>(files.size()),
                             folder.string());
      set.add(read_labelme(files[i], options.labels), "labelme");
    }
  }
}

void index_voc(const IndexOptions& options, IndexedSetWriter& set,
               programs::ProgressLine& progress) {
  for_each_pair(options.voc, [&](const fs::path& annotations, const fs::path& images) {
    const std::vector<fs::path> files = list_files(annotations, {".xml"});
    for (std::size_t i = 0; i < files.size(); ++i) {
      progress.show_fraction(static_cast<double>(i) / static_cast<double>(files.size()),
                             annotations.string());
      set.add(read_voc(files[i], images), "voc");
    }
  });
}

void index_masks(const IndexOptions& options, IndexedSetWriter& set,
                 programs::ProgressLine& progress) {
  for_each_pair(options.masks, [&](const fs::path& images, const fs::path& masks) {
    std::map<std::string, fs::path> mask_of;
    for (const fs::path& mask : list_files(masks, image_extensions())) {
      mask_of[mask.stem()] = mask;
    }
    const std::vector<fs::path> files = list_files(images, image_extensions());
    for (std::size_t i = 0; i < files.size(); ++i) {
      progress.show_fraction(static_cast<double>(i) / static_cast<double>(files.size()),
                             images.string());
      const auto mask = mask_of.find(files[i].stem());
      if (mask == mask_of.end()) {
        throw Error(ErrorCode::unreadable_file,
                    fmt::format("{}: no mask of this name in {}; add it or remove the image",
                                files[i].string(), masks.string()));
      }
      set.add(read_image_and_mask(files[i], mask->second), "mask");
    }
  });
}

}  // namespace

void index_images(const IndexOptions& options) {
  IndexedSetWriter set(options.out, options.person_pattern);
  {
    programs::ProgressLine progress;
    index_labelme(options, set, progress);
    index_voc(options, set, progress);
    index_masks(options, set, progress);
  }
  if (set.images() == 0) {
    throw Error(ErrorCode::invalid_argument,
                "index: nothing to read; give --labelme, --voc or --masks");
  }
  set.finish();
  fmt::print("{}: {} images, {} boxes\n", options.out.string(), set.images(), set.boxes());
}

}  // namespace demask::training
