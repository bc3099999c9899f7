// SPDX-License-Identifier: Apache-2.0
#pragma once

/// @file
/// Choosing which of the two generators paints a face.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/image.hpp"
#include "demask/model_source.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// Which generator paints a face. It is a model's reading of a picture and says nothing about a
/// person's gender identity. The values are indices from 0; those of GenderChoice and of the C ABI
/// start at 1 because their 0 stands for no choice.
enum class Gender : int { female = 0, male = 1 };

/// The name of a gender: "female" or "male".
[[nodiscard]] DEMASK_API const char* to_string(Gender gender) noexcept;

/// A classifier's answer for one face.
struct GenderEstimate {
  Gender gender = Gender::female;  ///< The more probable class.
  float probability = 0.5F;        ///< Probability of `gender`, in [0.5, 1].
};

/// Classifies canonical faces, masked or bare. Implementations are immutable: any number of threads
/// may call one object at once. To use a model of your own, derive from this class and implement
/// do_classify().
///
/// @code
/// const auto classifier = demask::ModelBundle::find_default().load_gender_classifier();
/// const demask::Image face = demask::read_image("canonical_face.png");
/// const demask::GenderEstimate estimate = classifier->classify(face);
/// std::printf("%s: %.2f\n", demask::to_string(estimate.gender),
///             static_cast<double>(estimate.probability));
/// @endcode
class DEMASK_API GenderClassifier {
 public:
  virtual ~GenderClassifier();
  /// Classifies many canonical faces: one estimate per face.
  /// Pass a `std::vector<Image> images` as `std::vector<ImageView>(images.begin(), images.end())`.
  /// Do not pass the images in braces: `classify({image})` calls the overload for one image.
  /// @throws Error invalid_image, model_invalid.
  [[nodiscard]] std::vector<GenderEstimate> classify(const std::vector<ImageView>& faces) const;
  /// Classifies one canonical face. @throws Error as the overload for many faces.
  [[nodiscard]] GenderEstimate classify(const ImageView& face) const;
  /// Classifies one canonical face; takes temporaries too. @throws Error as the overload for many
  /// faces.
  [[nodiscard]] GenderEstimate classify(const Image& face) const { return classify(face.view()); }

 protected:
  GenderClassifier() = default;
  GenderClassifier(const GenderClassifier&) = default;
  GenderClassifier& operator=(const GenderClassifier&) = default;

 private:
  /// Does the work of classify(): returns one estimate per face.
  virtual std::vector<GenderEstimate> do_classify(const std::vector<ImageView>& faces) const = 0;
};

/// Makes a gender classifier that runs a TorchScript module: face [B,3,S,S] -> logits [B,2] in the
/// order of `spec.class_names`.
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
[[nodiscard]] DEMASK_API std::unique_ptr<GenderClassifier> make_gender_classifier(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
