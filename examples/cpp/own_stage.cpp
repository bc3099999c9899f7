// SPDX-License-Identifier: Apache-2.0

// Replaces a stage with your own: an inpainter that fills the hole with the mean color of the skin
// around it. The other stages are those of the default models.
//
//   own_stage PHOTO OUTPUT
#include <algorithm>
#include <array>
#include <cstdint>
#include <demask/demask.hpp>
#include <exception>
#include <iostream>
#include <memory>
#include <vector>

namespace {

constexpr int first_masked_level = 128;  // Mask pixels of this level or more are painted.

// Any number of threads may call one stage at once, so it has no mutable state.
class MeanColor final : public demask::Inpainter {
 private:
  std::vector<demask::Image> do_inpaint(
      const std::vector<demask::InpaintInput>& inputs) const override {
    std::vector<demask::Image> painted;
    for (const demask::InpaintInput& input : inputs) {
      painted.push_back(fill(input));
    }
    return painted;
  }

  static demask::Image fill(const demask::InpaintInput& input) {
    demask::Image face = demask::convert(input.face, demask::PixelFormat::rgb);
    const std::array<std::uint8_t, 3> color = mean_outside(face, input.mask);
    for (int y = 0; y < face.height(); ++y) {
      for (int x = 0; x < face.width(); ++x) {
        if (input.mask.row(y)[x] >= first_masked_level) {
          std::copy(color.begin(), color.end(), face.row(y) + 3 * x);
        }
      }
    }
    return face;
  }

  static std::array<std::uint8_t, 3> mean_outside(const demask::Image& face,
                                                  const demask::ImageView& mask) {
    std::array<double, 3> sums{};
    double count = 0.0;
    for (int y = 0; y < face.height(); ++y) {
      for (int x = 0; x < face.width(); ++x) {
        if (mask.row(y)[x] < first_masked_level) {
          for (std::size_t channel = 0; channel < 3; ++channel) {
            sums[channel] += face.row(y)[3 * x + static_cast<int>(channel)];
          }
          count += 1.0;
        }
      }
    }
    std::array<std::uint8_t, 3> mean{};
    for (std::size_t channel = 0; channel < 3 && count > 0.0; ++channel) {
      mean[channel] = static_cast<std::uint8_t>(sums[channel] / count + 0.5);
    }
    return mean;
  }
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: own_stage PHOTO OUTPUT\n";
    return 2;
  }
  try {
    demask::Stages stages;  // Stages left empty come from the bundle.
    stages.inpainter_female = std::make_shared<MeanColor>();
    stages.inpainter_male = stages.inpainter_female;
    const demask::FaceReconstructor reconstructor(demask::ModelBundle::find_default(), stages);

    const demask::Image photo = demask::read_image(argv[1]);
    const demask::Result result = reconstructor.reconstruct(photo);
    demask::EncodeOptions encoding;
    encoding.metadata_source = argv[1];
    encoding.synthetic = demask::any_reconstructed(result);
    demask::write_image(argv[2], result.photo, encoding);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "own_stage: " << error.what() << '\n';
    return 1;
  }
}
