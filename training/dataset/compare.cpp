// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "data/json_file.hpp"
#include "dataset/commands.hpp"
#include "demask/image_io.hpp"
#include "imaging/mat.hpp"
#include "metrics/image_quality.hpp"

namespace demask::training {

void compare(const CompareOptions& options) {
  const Image result = convert(read_image(options.result), PixelFormat::rgb);
  const Image truth = convert(read_image(options.truth), PixelFormat::rgb);
  const cv::Mat result_mat = imaging::as_mat(result.view());
  const cv::Mat truth_mat = imaging::as_mat(truth.view());
  nlohmann::json figures;
  const auto add = [&](const char* area, const std::string& prefix, const cv::Mat& mask) {
    const double psnr_value = psnr(result_mat, truth_mat, mask);
    const double ssim_value = ssim(result_mat, truth_mat, mask);
    fmt::print("{:<12} PSNR {:6.2f} dB   SSIM {:.4f}\n", area, psnr_value, ssim_value);
    // JSON has no infinity: the PSNR of identical images is null.
    figures[prefix + "psnr"] =
        std::isfinite(psnr_value) ? nlohmann::json(psnr_value) : nlohmann::json();
    figures[prefix + "ssim"] = ssim_value;
  };
  add("whole", "", {});
  if (!options.mask.empty()) {
    const Image mask = convert(read_image(options.mask), PixelFormat::gray);
    add("in the mask", "mask_", imaging::as_mat(mask.view()) >= 128);
  }
  if (!options.json.empty()) {
    write_json(options.json, figures);
  }
}

}  // namespace demask::training
