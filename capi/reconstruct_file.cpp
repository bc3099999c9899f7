// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <system_error>

#include "convert.hpp"
#include "demask.h"
#include "demask/image_io.hpp"
#include "handles.hpp"

using namespace demask::capi;

namespace {

bool is_same_file(const std::filesystem::path& a, const std::filesystem::path& b) {
  std::error_code missing;
  return std::filesystem::equivalent(a, b, missing);
}

void write_result(const demask::Result& result, const std::filesystem::path& input,
                  const std::filesystem::path& output, demask::EncodeOptions encoding) {
  encoding.synthetic = demask::any_reconstructed(result);
  // Re-encoding an unchanged photo over itself would only lose quality.
  if (!encoding.synthetic && is_same_file(input, output)) {
    return;
  }
  encoding.pixel_source = input;
  encoding.changed = result.changed;
  if (encoding.metadata_source.empty()) {
    encoding.metadata_source = input;
  }
  demask::write_image(output, result.photo, encoding);
}

}  // namespace

demask_status demask_reconstruct_file(const demask_reconstructor* reconstructor,
                                      const char* input_path, const char* output_path,
                                      const demask_reconstruct_options* options,
                                      const demask_encode_options* encoding,
                                      demask_result** result) {
  return guarded([&] {
    const auto& engine = require(reconstructor, "reconstructor").reconstructor;
    const std::filesystem::path input = to_path(input_path, "input_path");
    const std::filesystem::path output = to_path(output_path, "output_path");
    const demask::ReconstructOptions reconstruction = to_options(options);
    const demask::EncodeOptions cpp_encoding = to_options(encoding);

    const demask::Image photo = demask::read_image(input, reconstruction.max_pixels);
    auto handle = make_handle<demask_result>(engine.reconstruct(photo, reconstruction));
    write_result(handle->result, input, output, cpp_encoding);
    if (result != nullptr) {
      *result = handle.release();
    }
  });
}
