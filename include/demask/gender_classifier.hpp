#pragma once

/// @file
/// Choosing between the two generators.

#include <memory>
#include <vector>

#include "demask/export.hpp"
#include "demask/image.hpp"
#include "demask/model_spec.hpp"
#include "demask/runtime_options.hpp"

namespace demask {

/// Which generator paints a face. It is what a model sees in a picture, and says nothing about the
/// gender identity of a person.
enum class Gender : int { female = 0, male = 1 };

/// "female" or "male".
DEMASK_API const char* to_string(Gender gender) noexcept;

/// What a classifier says of a face.
struct GenderEstimate {
  Gender gender = Gender::female;  ///< The class that is more probable.
  float probability = 0.5F;        ///< Of `gender`, in [0.5, 1].
};

/// Classifies canonical faces, masked or bare. Implementations are immutable: any number of threads
/// may call one object at once.
class DEMASK_API GenderClassifier {
 public:
  virtual ~GenderClassifier();
  /// One estimate per canonical face.
  /// @throws Error invalid_image, model_invalid.
  virtual std::vector<GenderEstimate> classify(const std::vector<ImageView>& faces) const = 0;
  /// One face.
  GenderEstimate classify(const ImageView& face) const;

 protected:
  GenderClassifier() = default;
  GenderClassifier(const GenderClassifier&) = default;
  GenderClassifier& operator=(const GenderClassifier&) = default;
};

/// A classifier backed by a TorchScript module: face [B,3,S,S] -> logits [B,2] in the order of
/// `spec.class_names`.
/// @throws Error unreadable_file, model_invalid, device_unavailable, invalid_argument.
DEMASK_API std::unique_ptr<GenderClassifier> make_gender_classifier(
    const ModelSpec& spec, const ModelSource& source, const RuntimeOptions& options = {});

}  // namespace demask
