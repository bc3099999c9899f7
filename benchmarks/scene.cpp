// SPDX-License-Identifier: Apache-2.0
#include "scene.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "demask/error.hpp"
#include "imaging/mat.hpp"

namespace demask::benchmarks {
namespace {

constexpr double context = 1.3;  // Side of the copied square over the larger side of the face box.
constexpr double background = 118.0;

Box max_masked_face(const ImageView& photo, const FaceReconstructor& reconstructor) {
  ReconstructOptions options;
  options.selection = FaceSelection::largest;
  const Result result = reconstructor.reconstruct(photo, options);
  for (const FaceResult& face : result.faces) {
    if (face.status == FaceStatus::reconstructed) {
      return face.box;
    }
  }
  throw Error(ErrorCode::invalid_argument,
              "photo: no mask is found on its largest face; choose another photo");
}

// The square around a face, clipped to the photo.
cv::Rect square_around(const Box& box, const ImageView& photo) {
  const int side = static_cast<int>(std::lround(context * std::max(box.width, box.height)));
  const cv::Rect square(static_cast<int>(box.x + 0.5F * box.width) - side / 2,
                        static_cast<int>(box.y + 0.5F * box.height) - side / 2, side, side);
  return square & cv::Rect(0, 0, photo.width, photo.height);
}

}  // namespace

Image make_scene(const ImageView& photo, const FaceReconstructor& reconstructor,
                 const SceneOptions& options) {
  const Box box = max_masked_face(photo, reconstructor);
  const double scale = options.face_size / static_cast<double>(std::max(box.width, box.height));
  cv::Mat tile;
  cv::resize(imaging::to_rgb(photo)(square_around(box, photo)), tile, {}, scale, scale,
             scale < 1.0 ? cv::INTER_AREA : cv::INTER_CUBIC);
  const int columns = std::max(1, options.width / tile.cols);
  const int rows = (options.faces + columns - 1) / columns;
  if (tile.cols > options.width || rows * tile.rows > options.height) {
    throw Error(ErrorCode::invalid_argument,
                "scene: the faces do not fit into the image; make them fewer or smaller");
  }
  Image scene(options.width, options.height, PixelFormat::rgb);
  cv::Mat pixels = imaging::as_mat(scene);
  pixels.setTo(cv::Scalar::all(background));
  for (int i = 0; i < options.faces; ++i) {
    const int on_row = std::min(columns, options.faces);
    const int x =
        (i % columns) * (options.width / on_row) + (options.width / on_row - tile.cols) / 2;
    const int y = (i / columns) * (options.height / rows) + (options.height / rows - tile.rows) / 2;
    tile.copyTo(pixels(cv::Rect(x, y, tile.cols, tile.rows)));
  }
  return scene;
}

}  // namespace demask::benchmarks
