// SPDX-License-Identifier: Apache-2.0
#include "tune/search_space.hpp"

#include <cmath>

#include "synthesis/random.hpp"

namespace demask::training {
namespace {

constexpr std::array<int, 5> first_widths = {32, 48, 64, 80, 96};
constexpr int width_step = 16;
constexpr float max_dropout = 0.6F;
constexpr float min_rate = 2e-4F;
constexpr float max_rate = 5e-3F;

int wider(int width, synthesis::Random& random) {
  const float wanted = static_cast<float>(width) * random.uniform(1.0F, 2.0F);
  return static_cast<int>(std::lround(wanted / width_step)) * width_step;
}

}  // namespace

GenderSettings draw_settings(std::mt19937_64& engine) {
  synthesis::Random random(engine);
  GenderSettings settings;
  settings.widths[0] = random.pick(first_widths);
  settings.widths[1] = wider(settings.widths[0], random);
  settings.widths[2] = wider(settings.widths[1], random);
  settings.dropout = random.uniform(0.0F, max_dropout);
  settings.learning_rate = std::exp(random.uniform(std::log(min_rate), std::log(max_rate)));
  return settings;
}

}  // namespace demask::training
