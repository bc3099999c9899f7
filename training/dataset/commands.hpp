#pragma once

#include <cstdint>
#include <filesystem>

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

struct CompareOptions {
  std::filesystem::path result;
  std::filesystem::path truth;
  std::filesystem::path mask;  ///< Empty: figures of the whole photo only.
  std::filesystem::path json;  ///< Empty: printed only.
};

/// Prints how near a photo is to the truth.
void compare(const CompareOptions& options);

}  // namespace demask::training
