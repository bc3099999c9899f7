// SPDX-License-Identifier: Apache-2.0

/// @file
/// Checks that every allocation of a reconstruction may fail, and that no call leaks memory. The
/// stages are fakes, so that all counted allocations are made by demask and OpenCV.

#include <malloc.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <new>
#include <opencv2/core.hpp>
#include <string>

#include "../pipeline/fake_stages.hpp"
#include "allocations.hpp"
#include "demask.h"
#include "demask/error.hpp"
#include "handles.hpp"

using namespace demask;        // NOLINT(google-build-using-namespace)
using namespace demask::test;  // NOLINT(google-build-using-namespace)

namespace {

// A small photo of a masked woman.
Scene portrait() { return {66, 70, {{placed(2, 3, 60, 0.05), female_skin, true, 70.0F, 0.9F}}}; }

// Runs OpenCV on the calling thread only, because only that thread's allocations are counted.
class Fixture {
 public:
  Fixture() : photo_(portrait().photo()), fakes_({{portrait().width, portrait()}}) {
    static const bool once = [] {
      count_matrices();
      cv::setNumThreads(1);
      return true;
    }();
    (void)once;
    fakes_.gender_classifier->probability = 0.6F;  // Uncertain: both generators paint.
  }
  const Image& photo() const { return photo_; }
  FaceReconstructor reconstructor() const { return fakes_.reconstructor(); }

 private:
  Image photo_;
  FakeStages fakes_;
};

// A text of demask_last_error() that no call in the tests produces.
constexpr const char* old_text = "bundle: is NULL; pass a pointer to a valid object";

void leave_old_text() {
  REQUIRE(demask_bundle_verify(nullptr) == DEMASK_ERROR_INVALID_ARGUMENT);
  REQUIRE(std::strcmp(demask_last_error(), old_text) == 0);
}

// Makes each allocation of `call` fail in turn. `call` returns a status; it must not check anything
// itself, because that would allocate too.
template <typename Call>
void fail_each_allocation(const Call& call) {
  REQUIRE(call() == DEMASK_OK);  // Makes the allocations that happen only once per program.
  for (const Failing failing : {Failing::one, Failing::all}) {
    std::size_t number = 0;
    for (bool happened = true; happened; ++number) {
      leave_old_text();
      const std::size_t before = live_allocations();
      demask_status status = DEMASK_OK;
      {
        const AllocationFailure failure(number, failing);
        status = call();
        happened = AllocationFailure::happened();
      }
      // A failed allocation that the library recovers from is not an error.
      const bool is_good =
          status == DEMASK_OK || (happened && status == DEMASK_ERROR_OUT_OF_MEMORY);
      if (!is_good || live_allocations() != before) {
        INFO("allocation " << number << " ended in " << demask_status_name(status));
        CHECK(is_good);
        REQUIRE(live_allocations() == before);
      }
    }
    CHECK(number > 100);
  }
}

demask_image_view view_of(const Image& image) {
  demask_image_view view{};
  view.struct_size = sizeof view;
  view.data = image.data();
  view.width = image.width();
  view.height = image.height();
  view.format = DEMASK_PIXEL_RGB;
  return view;
}

demask_reconstruct_options blended(demask_blend_mode blend) {
  demask_reconstruct_options options{};
  options.struct_size = sizeof options;
  REQUIRE(demask_reconstruct_default_options(&options) == DEMASK_OK);
  options.blend = blend;
  return options;
}

}  // namespace

TEST_CASE("A reconstruction survives the failure of each of its allocations", "[memory]") {
  const Fixture fixture;
  const FaceReconstructor reconstructor = fixture.reconstructor();
  ReconstructOptions options;
  options.both_when_uncertain = true;
  fail_each_allocation([&] {
    try {
      static_cast<void>(reconstructor.reconstruct(fixture.photo(), options));
      return demask_status{DEMASK_OK};
    } catch (const Error& error) {
      return static_cast<demask_status>(error.code());
    } catch (const std::bad_alloc&) {
      // There was no memory for the text of the error either.
      return demask_status{DEMASK_ERROR_OUT_OF_MEMORY};
    }
  });
}

TEST_CASE("The C ABI reports the failure of each allocation", "[memory]") {
  const Fixture fixture;
  const demask_reconstructor handle{fixture.reconstructor()};
  const demask_image_view photo = view_of(fixture.photo());
  const demask_reconstruct_options options = blended(DEMASK_BLEND_POISSON);
  fail_each_allocation([&] {
    demask_result* result = nullptr;
    const demask_status status = demask_reconstruct_view(&handle, &photo, &options, &result);
    const bool is_told = result == nullptr && std::strcmp(demask_last_error(), old_text) != 0;
    demask_result_free(result);
    return status == DEMASK_OK || is_told ? status : demask_status{DEMASK_ERROR_INTERNAL};
  });
}

TEST_CASE("A thousand calls leak no memory", "[memory]") {
  const Fixture fixture;
  const demask_reconstructor handle{fixture.reconstructor()};
  const demask_image_view photo = view_of(fixture.photo());
  const demask_reconstruct_options options = blended(DEMASK_BLEND_FEATHER);
  const auto call = [&] {
    demask_result* result = nullptr;
    REQUIRE(demask_reconstruct_view(&handle, &photo, &options, &result) == DEMASK_OK);
    demask_result_free(result);
  };
  for (int i = 0; i < 10; ++i) call();
  const std::size_t allocations = live_allocations();
  const std::size_t bytes = ::mallinfo2().uordblks;
  for (int i = 0; i < 1000; ++i) call();
  CHECK(live_allocations() == allocations);
  CHECK(::mallinfo2().uordblks <= bytes + (std::size_t{64} << 10U));
}
