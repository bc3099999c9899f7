// SPDX-License-Identifier: Apache-2.0
#ifndef DEMASK_H
#define DEMASK_H

/**
 * @file
 * The C API of demask: finds the face masks worn in a photo and reconstructs the faces under them.
 * The painted face is a plausible guess and never an identification of a person.
 *
 * **Threads.** Every function may be called from any thread. All handles except demask_video are
 * immutable: any number of threads may use one handle at once. Do not free a handle while another
 * thread still uses it or anything borrowed from it. The host's thread settings and allocator are
 * left unchanged.
 *
 * **Errors.** A function that can fail returns a demask_status; DEMASK_OK is 0. On any other value
 * no out-parameter has been written, there is nothing to free, and demask_last_error(), called on
 * the same thread, says what failed, why, and how to remedy it. Passing NULL where it is not
 * documented as allowed, an index out of range or a wrong `struct_size` fails with
 * DEMASK_ERROR_INVALID_ARGUMENT. No exception leaves the library. Compilers warn about an ignored
 * status.
 *
 * **Structs.** Every struct starts with `struct_size`. The caller sets it to the `sizeof` of the
 * struct before passing the struct to the library, for input and for output. This lets programs and
 * libraries of different versions work together: fields that the caller's struct lacks take their
 * defaults or are not written; fields that the library's struct lacks must be zero on input and are
 * set to zero on output. Structs grow only at their end. All elements of an array have one
 * `struct_size`, which is also the distance in bytes between them. DEMASK_INIT() and the
 * DEMASK_..._INIT macros of the option structs set it.
 *
 * **Ownership.** A handle made by the library belongs to the caller, who frees it with the free
 * function of its type; every free function accepts NULL. Pointers and views described as borrowed
 * belong to the handle they came from and are valid until it is freed. The library keeps no pointer
 * of the caller's after a call returns, except the log callback and the callbacks of a
 * demask_video.
 *
 * To reconstruct the faces of a photo file:
 *
 * @code{.c}
 * demask_bundle* bundle = NULL;
 * demask_reconstructor* reconstructor = NULL;
 * demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
 * options.blend = DEMASK_BLEND_POISSON;
 * demask_status status = demask_bundle_open_default(&bundle);
 * if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
 * if (status == DEMASK_OK) {
 *   status =
 *       demask_reconstruct_file(reconstructor, "photo.jpg", "unmasked.jpg", &options, NULL, NULL);
 * }
 * if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
 * demask_reconstructor_free(reconstructor);
 * demask_bundle_free(bundle);
 * @endcode
 *
 * **Text**, including file names, is UTF-8. **Flags** are int32_t: zero means no, any other value
 * yes. **Coordinates** are in pixels of the image they belong to: (0, 0) is the center of the top
 * left pixel, x points right, y points down. A box is four floats: left edge, top edge, width,
 * height.
 */

#include <stddef.h>
#include <stdint.h>

/** Marks the symbols that the library exports. */
#if defined(__GNUC__)
#define DEMASK_C_API __attribute__((visibility("default")))
#else
#define DEMASK_C_API
#endif

/**
 * Makes compilers warn when the status of a function is ignored. To turn the warnings off, define
 * this macro as empty before including the header.
 */
#if !defined(DEMASK_MUST_USE)
#if defined(__GNUC__)
#define DEMASK_MUST_USE __attribute__((warn_unused_result))
#else
#define DEMASK_MUST_USE
#endif
#endif

/**
 * Initializes a struct for the library to fill in: `demask_face face = DEMASK_INIT(demask_face);`
 * sets its size and zeroes the rest. Only for C, because it uses C99's designated initializers; C++
 * programs use demask_capi.hpp.
 */
#if !defined(__cplusplus)
#define DEMASK_INIT(type) \
  { .struct_size = sizeof(type) }
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------------------------- version -- */

/**
 * The ABI version of this header, which is the number in the soname. It changes when the ABI
 * breaks.
 */
#define DEMASK_ABI_VERSION 0

/**
 * The version of the library, such as "0.2.0". Never fails; the string is valid for the life of the
 * process.
 */
DEMASK_C_API const char* demask_version(void);

/**
 * What the library was built from and the resulting license, in one line, such as "LibTorch 1.13.0,
 * with Exiv2, GPL-3.0-or-later" or "LibTorch 1.13.0, without Exiv2, Apache-2.0". A build without
 * Exiv2 copies no EXIF, IPTC, XMP or ICC profile, and writes the mark of a synthetic picture OUT to
 * OUT.xmp next to it. Never fails; the string is valid for the life of the process.
 */
DEMASK_C_API const char* demask_build_info(void);

/** The DEMASK_ABI_VERSION that the library was built with. */
DEMASK_C_API int32_t demask_abi_version(void);

/* ------------------------------------------------------------------------------------ errors -- */

/** The outcome of a call: DEMASK_OK or one of DEMASK_ERROR_... */
typedef int32_t demask_status;
enum {
  DEMASK_OK = 0,
  DEMASK_ERROR_INVALID_ARGUMENT = 1,   /**< A parameter is outside its documented range. */
  DEMASK_ERROR_INVALID_IMAGE = 2,      /**< An image view has no data, no size or a short stride. */
  DEMASK_ERROR_IMAGE_TOO_LARGE = 3,    /**< An image has more pixels than the limit in force. */
  DEMASK_ERROR_UNREADABLE_FILE = 4,    /**< A file is missing or cannot be opened or decoded. */
  DEMASK_ERROR_UNSUPPORTED_FORMAT = 5, /**< A kind of file or of pixels that is not supported. */
  DEMASK_ERROR_UNWRITABLE_FILE = 6,    /**< An output cannot be created, written or renamed. */
  DEMASK_ERROR_BUNDLE_NOT_FOUND = 7,   /**< No model bundle there, or in any default folder. */
  DEMASK_ERROR_BUNDLE_INVALID = 8, /**< A manifest is missing, malformed or of another schema. */
  DEMASK_ERROR_HASH_MISMATCH = 9,  /**< A model file differs from the one in the manifest. */
  DEMASK_ERROR_MODEL_INVALID = 10, /**< A model does not load or breaks its contract. */
  DEMASK_ERROR_DEVICE_UNAVAILABLE = 11, /**< This machine lacks the device or number format. */
  DEMASK_ERROR_CANCELLED = 12,          /**< The abort callback asked to stop. */
  DEMASK_ERROR_OUT_OF_MEMORY = 13,      /**< An allocation failed. */
  DEMASK_ERROR_INTERNAL = 14            /**< A bug in demask, or a process forked during a call. */
};

/** The name of a status, such as "invalid_image"; "unknown" for any other number. Never fails. */
DEMASK_C_API const char* demask_status_name(demask_status status);

/**
 * The error message of the calling thread's last failed call; "" if none has failed. Successful
 * calls leave it unchanged. Borrowed until the thread's next failing call.
 */
DEMASK_C_API const char* demask_last_error(void);

/* --------------------------------------------------------------------------------------- log -- */

/** The severity of a log message. */
typedef int32_t demask_log_level;
enum {
  DEMASK_LOG_INFO = 1,   /**< A bundle was opened, or models were loaded in a given time. */
  DEMASK_LOG_ERROR = 2,  /**< A call failed; the message is that of demask_last_error(). */
  DEMASK_LOG_WARNING = 3 /**< A photo was written without some of its metadata. */
};

/** Receives a log message; `message` is valid during the call. Must not throw or longjmp. */
typedef void (*demask_log_callback)(void* user_data, demask_log_level level, const char* message);

/**
 * Sets the callback that receives the log messages of this process; NULL, the initial state, turns
 * logging off. Messages arrive one at a time, each on the thread that caused it. When this function
 * returns, the previous callback is not running and is never called again. Calls that a callback
 * makes to demask are not logged.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT if called from within a log callback.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_set_log_callback(demask_log_callback callback,
                                                                   void* user_data);

/* ------------------------------------------------------------------------------------ images -- */

/** Order and number of the 8-bit channels of a pixel. */
typedef int32_t demask_pixel_format;
enum {
  DEMASK_PIXEL_GRAY = 0,
  DEMASK_PIXEL_RGB = 1,
  DEMASK_PIXEL_BGR = 2,
  DEMASK_PIXEL_RGBA = 3,
  DEMASK_PIXEL_BGRA = 4
};

/**
 * A borrowed image. The pixels of a view passed to the library belong to the caller; those of a
 * view from the library belong to the handle it came from and must not be modified. NULL `data`
 * with zero width and height means no image.
 */
typedef struct demask_image_view {
  size_t struct_size;
  const uint8_t* data; /**< The top left pixel. */
  int32_t width;       /**< In pixels, at least 1. */
  int32_t height;      /**< In pixels, at least 1. */
  /**
   * Bytes from one row to the next one below; 0 for rows without padding. A negative stride is
   * refused: pass a copy of a bottom-up bitmap whose rows run from top to bottom.
   */
  int64_t stride;
  demask_pixel_format format; /**< One of DEMASK_PIXEL_... */
} demask_image_view;

/** An image that the library owns. */
typedef struct demask_image demask_image;

/** How an image file is encoded, and which metadata it gets. */
typedef struct demask_encode_options {
  size_t struct_size;
  int32_t jpeg_quality; /**< 1 to 100, for JPEG, WebP, HEIC and AVIF; default 95. */
  int32_t synthetic;    /**< Mark the file as demask_mark_as_synthetic() does. Default no. */
  /**
   * An image file whose EXIF, IPTC, XMP, ICC profile and resolution are copied; NULL (default) for
   * none. Comments of JPEG, and texts and color chunks of PNG files are copied within one format.
   * Metadata that is damaged, does not fit or describes the unedited picture (previews, motion
   * videos, gain maps) is left out with a message of level DEMASK_LOG_WARNING. A build without
   * Exiv2 copies no EXIF, IPTC, XMP and ICC profile, but the mark of demask_mark_as_synthetic().
   */
  const char* metadata_source;
  /**
   * The image file that the picture was decoded from; NULL (default) if unknown. If it is a
   * lossless WebP file, a WebP output is lossless too. If it has 16 bits per channel and the output
   * is PNG or TIFF, the output has 16 bits too; see `changed`.
   */
  const char* pixel_source;
  /**
   * With a `pixel_source` of 16 bits: which pixels differ from it, such as demask_result_changed();
   * gray, of the picture's size. Pixels of level 0 get the source's own 16-bit values, the others
   * the picture's. NULL (default): the output has 8 bits.
   */
  const demask_image_view* changed;
} demask_encode_options;

/** The defaults of this header's version; demask_encode_default_options() gives the library's. */
#define DEMASK_ENCODE_OPTIONS_INIT \
  { sizeof(demask_encode_options), 95, 0, NULL, NULL, NULL }

/**
 * Fills in the library's defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_encode_default_options(demask_encode_options* options);

/**
 * Decodes an image file (JPEG, PNG, WebP, TIFF, BMP and, if built with libheif, HEIC and AVIF) to
 * RGB, RGBA or gray of 8 bits per channel, turned upright. Files of 16 bits per channel are rounded
 * to 8. The values are those of the file's own color space: a profile is not applied.
 * @param max_pixels  limit above which an image is refused; 0 for the default of 100 megapixels.
 * @returns DEMASK_ERROR_UNREADABLE_FILE, _UNSUPPORTED_FORMAT (several pages or frames, other
 * depths, GIF), _IMAGE_TOO_LARGE, _INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_read(const char* path, int64_t max_pixels,
                                                             demask_image** image);

/**
 * Decodes an image file held in memory, as demask_image_read() does.
 * @param bytes       the `size` bytes of the file.
 * @param name        name of the image in error messages; NULL for "image".
 * @param max_pixels  limit above which an image is refused; 0 for the default of 100 megapixels.
 * @returns those of demask_image_read().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_decode(const uint8_t* bytes, size_t size,
                                                               const char* name, int64_t max_pixels,
                                                               demask_image** image);

/**
 * Copies an image into another pixel format. Alpha is dropped, or set to 255 where the source has
 * none.
 * @returns DEMASK_ERROR_INVALID_IMAGE, _INVALID_ARGUMENT, _OUT_OF_MEMORY.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_convert(const demask_image_view* source,
                                                                demask_pixel_format format,
                                                                demask_image** image);

/** Gives a view of the pixels of an image; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_get_view(const demask_image* image,
                                                                 demask_image_view* view);

/**
 * Writes an image file in the format given by the extension of `path` (.jpg, .jpeg, .png, .webp,
 * .tif, .tiff, .bmp and, if built with libheif, .heic, .heif, .hif, .avif). The finished file is
 * renamed into place, so that readers see either the whole file or none of it. JPEG and BMP drop
 * alpha; BMP holds no metadata but the resolution and no mark. Symbolic links are followed.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_UNSUPPORTED_FORMAT, _UNWRITABLE_FILE, _INVALID_IMAGE, _INVALID_ARGUMENT,
 *          _UNREADABLE_FILE (`metadata_source`, `pixel_source`).
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_write(const char* path,
                                                              const demask_image_view* image,
                                                              const demask_encode_options* options);

/** Frees an image. */
DEMASK_C_API void demask_image_free(demask_image* image);

/**
 * Marks a finished image file with the IPTC digital source type
 * compositeWithTrainedAlgorithmicMedia in its XMP: a model painted part of this photo. Mark every
 * file that you make from a reconstruction. The pixels are unchanged; the file is replaced in one
 * step. BMP files are left unchanged. HEIC and AVIF files, and in a build without Exiv2 all files,
 * are left unchanged too, and the mark is written to `target`.xmp, but never over such a file of
 * other software (DEMASK_ERROR_UNWRITABLE_FILE). demask_image_write() writes it into new HEIC and
 * AVIF files.
 * @param source  an image file whose EXIF, IPTC, XMP and ICC profile are copied; NULL to keep those
 *                of `target`.
 * @returns DEMASK_ERROR_UNREADABLE_FILE, _UNWRITABLE_FILE, _INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_mark_as_synthetic(const char* target,
                                                                    const char* source);

/**
 * Sets `marked` to 1 if the file, or `path`.xmp beside it, carries the mark of
 * demask_mark_as_synthetic(), else to 0.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_is_marked_as_synthetic(const char* path,
                                                                         int32_t* marked);

/* ------------------------------------------------------------------------------------ models -- */

/** The task of a model. */
typedef int32_t demask_stage;
enum {
  DEMASK_STAGE_FACE_DETECTOR = 0,
  DEMASK_STAGE_SEGMENTER = 1,
  DEMASK_STAGE_LANDMARK_DETECTOR = 2,
  DEMASK_STAGE_GENDER_CLASSIFIER = 3,
  DEMASK_STAGE_INPAINTER_FEMALE = 4,
  DEMASK_STAGE_INPAINTER_MALE = 5,
  DEMASK_STAGE_INPAINTER_PRIOR = 6, /**< Paints for DEMASK_QUALITY_FINE and _BEST. */
  DEMASK_STAGE_SHAPE_MODEL = 7      /**< Draws the landmarks of variants and expressions. */
};

/** The name of a stage in the manifest, such as "segmenter"; "unknown" for any other number. */
DEMASK_C_API const char* demask_stage_name(demask_stage stage);

/** Which landmarks a set has, and in which order; the value is its number of points. */
typedef int32_t demask_landmark_scheme;
enum {
  DEMASK_LANDMARKS_IBUG68 = 68, /**< The 68 points of the iBUG 300-W annotation. */
  DEMASK_LANDMARKS_WFLW98 = 98  /**< The 98 points of the WFLW annotation. */
};

/** A set of models with a manifest.json, in a folder or in memory. */
typedef struct demask_bundle demask_bundle;

/**
 * Opens a bundle and checks its manifest; model files are read and checked when they are needed.
 * @returns DEMASK_ERROR_BUNDLE_NOT_FOUND, _BUNDLE_INVALID.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_open(const char* folder,
                                                              demask_bundle** bundle);

/**
 * Opens the first bundle found in: the folder named by the environment variable DEMASK_MODELS (if
 * set, no other place is tried), share/demask/models/default under the library's install prefix,
 * and models/default in the source tree that the library was built from.
 * @returns DEMASK_ERROR_BUNDLE_NOT_FOUND, naming every place that was tried, _BUNDLE_INVALID.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_open_default(demask_bundle** bundle);

/**
 * Opens a bundle held in memory, and copies its files. File i is named names[i] (as in the
 * manifest; one of the names is "manifest.json") and consists of the sizes[i] bytes at contents[i].
 * @param count  number of files, at least 1.
 * @returns DEMASK_ERROR_BUNDLE_INVALID, _INVALID_ARGUMENT (such as a duplicate name).
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_from_memory(const char* const* names,
                                                                     const uint8_t* const* contents,
                                                                     const size_t* sizes,
                                                                     int32_t count,
                                                                     demask_bundle** bundle);

/** Limits on the size of a bundle's model files. */
typedef struct demask_bundle_limits {
  size_t struct_size;
  uint64_t max_file_bytes;  /**< For each file; default 1 GiB. */
  uint64_t max_total_bytes; /**< For all files together; default 4 GiB. */
} demask_bundle_limits;

/** The defaults of this header's version; demask_bundle_default_limits() gives the library's. */
#define DEMASK_BUNDLE_LIMITS_INIT \
  { sizeof(demask_bundle_limits), (uint64_t)1 << 30, (uint64_t)4 << 30 }

/**
 * Fills in the library's defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_bundle_default_limits(demask_bundle_limits* limits);

/**
 * Opens a bundle as demask_bundle_open() does, with the given size limits.
 * @param limits  NULL for the defaults.
 * @returns those of demask_bundle_open(); DEMASK_ERROR_BUNDLE_INVALID if the manifest lists larger
 *          files.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_open_limited(
    const char* folder, const demask_bundle_limits* limits, demask_bundle** bundle);

/**
 * Opens the default bundle as demask_bundle_open_default() does, with the given size limits.
 * @param limits  NULL for the defaults.
 * @returns those of demask_bundle_open_default(); DEMASK_ERROR_BUNDLE_INVALID if the manifest lists
 *          larger files.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_bundle_open_default_limited(const demask_bundle_limits* limits, demask_bundle** bundle);

/**
 * Opens a bundle held in memory as demask_bundle_from_memory() does, with the given size limits.
 * @param limits  NULL for the defaults.
 * @returns those of demask_bundle_from_memory(); DEMASK_ERROR_BUNDLE_INVALID if the manifest lists
 *          larger files.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_from_memory_limited(
    const char* const* names, const uint8_t* const* contents, const size_t* sizes, int32_t count,
    const demask_bundle_limits* limits, demask_bundle** bundle);

/** The name of a bundle; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_name(const demask_bundle* bundle);

/** The version of a bundle; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_version(const demask_bundle* bundle);

/** The license of a bundle; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_license(const demask_bundle* bundle);

/** The folder of a bundle, "" for one held in memory; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_folder(const demask_bundle* bundle);

/** Number of variants, the sets of inpainters besides the default set; 0 for NULL. */
DEMASK_C_API int32_t demask_bundle_variant_count(const demask_bundle* bundle);

/** Name of variant `index` in alphabetical order; borrowed from the bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_variant_name(const demask_bundle* bundle,
                                                                      int32_t index,
                                                                      const char** name);

/**
 * Makes a second handle of a bundle with another set of inpainters chosen: everything loaded or
 * made from the new handle uses that set.
 * @param name  name of a variant, or "" for the default set.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, naming the variants that exist.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_with_variant(const demask_bundle* bundle,
                                                                      const char* name,
                                                                      demask_bundle** chosen);

/** The name of the chosen set of inpainters, "" for the default set; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_variant(const demask_bundle* bundle);

/**
 * 1 if the bundle has a model for the stage (for inpainters, if the chosen set has one), else 0; 0
 * for NULL.
 */
DEMASK_C_API int32_t demask_bundle_has(const demask_bundle* bundle, demask_stage stage);

/**
 * Reads every model file and compares its hash with the manifest's.
 * @returns DEMASK_ERROR_UNREADABLE_FILE, _HASH_MISMATCH.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_verify(const demask_bundle* bundle);

/** A model's entry in the manifest. Strings are borrowed from the bundle. */
typedef struct demask_model_info {
  size_t struct_size;
  /** Such as "semantic" or "points"; for inpainters, the name of their set, "" for the default. */
  const char* variant;
  const char* file;          /**< File name, relative to the bundle. */
  const char* sha256;        /**< 64 lowercase hexadecimal digits. */
  const char* license;       /**< The license of the model. */
  const char* training_data; /**< What the model was trained on. */
  uint64_t size_bytes;       /**< Size of the file. */
  demask_stage stage;        /**< The task of the model. */
  int32_t input_size; /**< Side of the square input, or the longest side of a photo, in pixels. */
  demask_landmark_scheme landmark_scheme; /**< Landmark detector: the landmarks it finds. */
  float threshold;                        /**< Smallest score or probability that counts. */
  float crop_scale;         /**< Landmark detector: crop side divided by the box's larger side. */
  int32_t class_name_count; /**< Number of classes; see demask_bundle_class_name(). */
  int32_t metric_count;     /**< Number of measurements; see demask_bundle_metric(). */
  /**
   * Landmark detector: smallest mean confidence of a face's points, in [0, 1], for the face to be
   * painted.
   */
  double min_confidence;
  /**
   * Face detector: side of the largest face, in pixels of the scaled photo, that the network was
   * trained to find; larger faces are searched for at half the photo's size. 0 if one search finds
   * all sizes.
   */
  double largest_face;
  /**
   * Landmark detector, gender classifier: the answer is averaged over the face and its mirror
   * image.
   */
  int32_t mirror_average;
} demask_model_info;

/** Number of models of a bundle, including those of every variant; 0 for NULL. */
DEMASK_C_API int32_t demask_bundle_model_count(const demask_bundle* bundle);

/** Fills in the entry of model `index`, in the order of the manifest. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_model(const demask_bundle* bundle,
                                                               int32_t index,
                                                               demask_model_info* info);

/** Name of class `index` of model `model`; borrowed from the bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_class_name(const demask_bundle* bundle,
                                                                    int32_t model, int32_t index,
                                                                    const char** name);

/** Measured quality `index` of model `model`: its key, borrowed from the bundle, and its value. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_metric(const demask_bundle* bundle,
                                                                int32_t model, int32_t index,
                                                                const char** key, double* value);

/**
 * A network that models of a bundle were trained with, listed so that training can be resumed. The
 * library never loads it, and its file may be missing from a copy of the bundle. Strings are
 * borrowed from the bundle.
 */
typedef struct demask_artifact_info {
  size_t struct_size;
  const char* name;    /**< "discriminator_female" or "discriminator_male". */
  const char* variant; /**< Its set of inpainters; "" for the default set. */
  const char* file;    /**< File name, relative to the bundle. */
  const char* sha256;  /**< 64 lowercase hexadecimal digits. */
  uint64_t size_bytes; /**< Size of the file. */
} demask_artifact_info;

/** Number of training artifacts of a bundle, including those of every variant; 0 for NULL. */
DEMASK_C_API int32_t demask_bundle_artifact_count(const demask_bundle* bundle);

/** Fills in the entry of training artifact `index`, in the order of the manifest. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_artifact(const demask_bundle* bundle,
                                                                  int32_t index,
                                                                  demask_artifact_info* info);

/** Frees a bundle. Everything loaded from it remains valid. */
DEMASK_C_API void demask_bundle_free(demask_bundle* bundle);

/** The number format in which networks compute. */
typedef int32_t demask_dtype;
enum {
  DEMASK_DTYPE_FP32 = 0, /**< 32-bit float: the reference. */
  DEMASK_DTYPE_BF16 = 1  /**< bfloat16: half the memory traffic, faster on hardware with it. */
};

/** Where and how models run; fixed when they are loaded. */
typedef struct demask_runtime_options {
  size_t struct_size;
  const char* device; /**< "cpu" (default), "cuda" or "cuda:N"; NULL for the default. */
  demask_dtype dtype; /**< Default DEMASK_DTYPE_FP32. */
  int32_t threads;    /**< Intra-op threads of a call; 0 (default) for the host's setting. */
} demask_runtime_options;

/** The defaults of this header's version; demask_runtime_default_options() gives the library's. */
#define DEMASK_RUNTIME_OPTIONS_INIT \
  { sizeof(demask_runtime_options), "cpu", DEMASK_DTYPE_FP32, 0 }

/**
 * Fills in the library's defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_runtime_default_options(demask_runtime_options* options);

/* ---------------------------------------------------------------------------- reconstruction -- */

/**
 * Which generator to use, or was used. It says nothing about a person's gender identity. The value
 * 0 stands for no choice and has two names: in options, DEMASK_GENDER_AUTO leaves the choice to the
 * classifier; in results, DEMASK_GENDER_UNDECIDED means that no choice was made.
 */
typedef int32_t demask_gender;
enum {
  DEMASK_GENDER_AUTO = 0,      /**< In options: the classifier's more probable class. */
  DEMASK_GENDER_UNDECIDED = 0, /**< In results: not decided. */
  DEMASK_GENDER_FEMALE = 1,    /**< The generator that paints female faces. */
  DEMASK_GENDER_MALE = 2       /**< The generator that paints male faces. */
};

/** How the painted face is blended into the photo. */
typedef int32_t demask_blend_mode;
enum {
  DEMASK_BLEND_FEATHER = 0, /**< Color matched along the rim, faded in inside the hole. */
  DEMASK_BLEND_POISSON = 1, /**< Gradients copied, colors solved for (Perez et al. 2003). */
  DEMASK_BLEND_NONE = 2     /**< Pasted without blending. */
};

/** Which of the faces found are reconstructed. */
typedef int32_t demask_face_selection;
enum { DEMASK_FACES_ALL = 0, DEMASK_FACES_LARGEST = 1, DEMASK_FACES_INDEX = 2 };

/** How carefully faces are painted. */
typedef int32_t demask_quality;
enum {
  DEMASK_QUALITY_DEFAULT = -1, /**< In options only: fine for photos, fast for videos. */
  DEMASK_QUALITY_FAST = 0,     /**< By the direct inpainter, at 128 pixels, enlarged. */
  DEMASK_QUALITY_FINE = 1,     /**< By the prior inpainter, at up to 512 pixels. */
  DEMASK_QUALITY_BEST = 2 /**< As fine, then a search for the best fit: seconds for each face. */
};

/** The name of a quality, such as "fine"; "unknown" for any other number. */
DEMASK_C_API const char* demask_quality_name(demask_quality quality);

/** The expression of a painted face. */
typedef int32_t demask_expression;
enum {
  DEMASK_EXPRESSION_AS_FOUND = 0,  /**< As the landmark detector guesses it. */
  DEMASK_EXPRESSION_NEUTRAL = 1,   /**< A closed mouth at rest. */
  DEMASK_EXPRESSION_SMILE = 2,     /**< A wide mouth with raised corners. */
  DEMASK_EXPRESSION_OPEN_MOUTH = 3 /**< Parted lips and a lowered chin. */
};

/** The name of an expression, such as "smile"; "unknown" for any other number. */
DEMASK_C_API const char* demask_expression_name(demask_expression expression);

/** What a painted face has taken from a reference photo. */
typedef int32_t demask_reference_use;
enum {
  DEMASK_REFERENCE_NONE = 0,   /**< There was no reference for the face. */
  DEMASK_REFERENCE_SHAPE = 1,  /**< The landmarks under the mask; the pixels did not fit. */
  DEMASK_REFERENCE_PIXELS = 2, /**< The landmarks and the pixels under the mask. */
  /** Nothing: no reference shows a bare face that resembles the visible part. */
  DEMASK_REFERENCE_REFUSED = 3
};

/** The name of a use, such as "pixels"; "unknown" for any other number. */
DEMASK_C_API const char* demask_reference_use_name(demask_reference_use use);

/** What happened to a face. */
typedef int32_t demask_face_status;
enum {
  DEMASK_FACE_RECONSTRUCTED = 0,
  DEMASK_FACE_NO_MASK = 1,      /**< No worn mask was found; untouched. */
  DEMASK_FACE_TOO_SMALL = 2,    /**< Below `min_face_size`, or its mask is uncertain; untouched. */
  DEMASK_FACE_NOT_SELECTED = 3, /**< Left out by `selection`; only box and score are set. */
  /** The landmarks do not form a face, their confidence is below `min_landmark_confidence`, or the
   *  mask found hides the eyes; untouched. */
  DEMASK_FACE_LANDMARKS_UNRELIABLE = 4
};

/** The name of a face status, such as "no_mask"; "unknown" for any other number. */
DEMASK_C_API const char* demask_face_status_name(demask_face_status status);

/** The steps of one call, in order. */
typedef int32_t demask_pipeline_step;
enum {
  DEMASK_STEP_DETECT = 0,
  DEMASK_STEP_LANDMARKS = 1,
  DEMASK_STEP_SEGMENT = 2,
  DEMASK_STEP_GENDER = 3,
  DEMASK_STEP_INPAINT = 4,
  DEMASK_STEP_COMPOSITE = 5
};

/** The name of a step, such as "inpaint"; "unknown" for any other number. */
DEMASK_C_API const char* demask_pipeline_step_name(demask_pipeline_step step);

/** Called when `done` of `total` units of `step` are done. Must not throw or longjmp. */
typedef void (*demask_progress_callback)(void* user_data, demask_pipeline_step step, int32_t done,
                                         int32_t total);

/** Returns nonzero to end the call with DEMASK_ERROR_CANCELLED. Must not throw or longjmp. */
typedef int32_t (*demask_abort_callback)(void* user_data);

/** A set of facial landmarks. */
typedef struct demask_landmarks {
  size_t struct_size;
  demask_landmark_scheme scheme; /**< Which landmarks the points are. */
  int32_t count;                 /**< Number of points: the scheme's, or 0 for no landmarks. */
  const float* points;           /**< count x 2 floats: x, y in pixels. */
  const float* confidence;       /**< count floats in [0, 1]; NULL if unknown. */
} demask_landmarks;

/** Another photo of the person of a masked face, in which the face is bare. */
typedef struct demask_reference_photo {
  size_t struct_size;
  const demask_image_view* photo; /**< Borrowed for the call; a video copies the pixels. */
  /** Where its face is: x, y, width, height in pixels of it. A width of 0: its largest face. */
  float box[4];
  /**
   * Which face it shows: its index among the faces of the result, in a video its track id; negative
   * for the largest of the masked faces that are reconstructed.
   */
  int32_t face_index;
} demask_reference_photo;

/** A reference without a photo: its largest face, for the largest masked face. */
#define DEMASK_REFERENCE_PHOTO_INIT \
  { sizeof(demask_reference_photo), NULL, {0.0F, 0.0F, 0.0F, 0.0F}, -1 }

/** Options of one reconstruction. */
typedef struct demask_reconstruct_options {
  size_t struct_size;
  demask_gender gender; /**< Default DEMASK_GENDER_AUTO. */
  float gender_margin;  /**< In [0, 0.5]: a gender below 0.5 + this is uncertain. Default 0.15. */
  int32_t both_when_uncertain; /**< Also return the other generator's photo. Default no. */
  int32_t mask_inverted;       /**< Dark pixels of `mask` are the covered ones. Default no. */
  /**
   * A mask to use instead of the segmenter's: gray, of the photo's size; pixels of level 128 and
   * above are covered (with `mask_inverted`, pixels below 128). NULL (default) for none.
   */
  const demask_image_view* mask;
  const float* boxes; /**< box_count x 4 floats: boxes to use instead of the detector's. */
  const demask_landmarks* landmarks; /**< landmarks_count sets to use, one per face. */
  int32_t box_count;                 /**< Number of boxes. Default 0. */
  int32_t landmarks_count;           /**< Number of sets; boxes are then not needed. Default 0. */
  float mask_dilation;     /**< Growth of the mask in face sides, in [0, 0.25]. Default 0.02. */
  demask_blend_mode blend; /**< Default DEMASK_BLEND_FEATHER. */
  demask_face_selection selection; /**< Default DEMASK_FACES_ALL. */
  int32_t face_index;              /**< With DEMASK_FACES_INDEX: rank by score. Default 0. */
  float detection_threshold;       /**< In [0, 1]; negative (default) takes the model's own. */
  float segmentation_threshold;    /**< In [0, 1]; negative (default) takes the model's own. */
  /**
   * Smallest larger side of a face's box: from 1 in pixels of the photo, below 1 as a fraction of
   * the photo's longer side. Smaller faces are not searched for; if found anyway, they are
   * DEMASK_FACE_TOO_SMALL. Larger values make detection in large photos faster. Default 24.
   */
  float min_face_size;
  float min_mask_area; /**< Smallest mask, in [0, 1] of the face's area. Default 0.02. */
  int64_t max_pixels;  /**< Limit on a photo's pixels; 0 for the default of 100 megapixels. */
  demask_progress_callback progress_callback; /**< Called on the calling thread; or NULL. */
  void* progress_user_data;                   /**< Passed to the callback. */
  demask_abort_callback abort_callback;       /**< Called on the calling thread; or NULL. */
  void* abort_user_data;                      /**< Passed to the callback. */
  /**
   * Smallest mean confidence of a face's landmarks, in [0, 1]; negative (default) takes the model's
   * own. A face below it is left untouched: it is seen from the side or from behind, or is not a
   * face. In a video, three quarters of the threshold suffice if the face passed in the previous
   * frame. Landmarks given by the caller are used whatever their confidence.
   */
  float min_landmark_confidence;
  double
      search_seconds; /**< Ends the search of each face after this time; 0 (default): no limit. */
  /**
   * How carefully faces are painted. With a bundle that has no DEMASK_STAGE_INPAINTER_PRIOR, all
   * are painted with DEMASK_QUALITY_FAST. Default DEMASK_QUALITY_DEFAULT.
   */
  demask_quality quality;
  int32_t search_steps; /**< Steps of DEMASK_QUALITY_BEST's search, 0 to 1000. Default 40. */
  /**
   * Number of plausible faces for each masked face, 1 to 16. Under a mask there is no single truth:
   * each further answer has other landmarks where the mask is, drawn from those that fit what is
   * seen. More than 1 needs DEMASK_STAGE_SHAPE_MODEL. Default 1.
   */
  int32_t variants;
  /**
   * How much the variants differ: 0 repeats the most likely face; at 1 they differ as faces with
   * equal visible parts do. In [0, 1]. Default 0.5.
   */
  float diversity;
  uint64_t seed; /**< Equal seeds give equal variants. Default 0. */
  /**
   * The expression of all painted faces. Any but the default, DEMASK_EXPRESSION_AS_FOUND, needs
   * DEMASK_STAGE_SHAPE_MODEL.
   */
  demask_expression expression;
  /**
   * reference_count photos of the persons of masked faces, without masks: at most 4 for one face.
   * What the mask hides is taken from the one whose head is turned most like the masked face.
   */
  const demask_reference_photo* references;
  int32_t reference_count; /**< Default 0. */
} demask_reconstruct_options;

/**
 * The defaults of this header's version; demask_reconstruct_default_options() gives the library's.
 */
#define DEMASK_RECONSTRUCT_OPTIONS_INIT                                                          \
  {                                                                                              \
    sizeof(demask_reconstruct_options), DEMASK_GENDER_AUTO, 0.15F, 0, 0, NULL, NULL, NULL, 0, 0, \
        0.02F, DEMASK_BLEND_FEATHER, DEMASK_FACES_ALL, 0, -1.0F, -1.0F, 24.0F, 0.02F, 100000000, \
        NULL, NULL, NULL, NULL, -1.0F, 0.0, DEMASK_QUALITY_DEFAULT, 40, 1, 0.5F, 0,              \
        DEMASK_EXPRESSION_AS_FOUND, NULL, 0                                                      \
  }

/**
 * Fills in the library's defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstruct_default_options(demask_reconstruct_options* options);

/** Reconstructs photos with the models of a bundle. */
typedef struct demask_reconstructor demask_reconstructor;
/** The outcome of one photo. */
typedef struct demask_result demask_result;
/** The outcomes of many photos. */
typedef struct demask_batch demask_batch;

/**
 * Makes a reconstructor with the bundle's chosen set of inpainters. Models are loaded when they are
 * first needed, so a missing device is reported only then. The bundle may be freed afterwards. A
 * bundle without DEMASK_STAGE_INPAINTER_PRIOR is noted in the log.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstructor_create(const demask_bundle* bundle, const demask_runtime_options* options,
                            demask_reconstructor** reconstructor);

/**
 * Loads every model that is not yet loaded, so that no later call waits for it.
 * @returns DEMASK_ERROR_BUNDLE_INVALID, _UNREADABLE_FILE, _HASH_MISMATCH, _MODEL_INVALID,
 *          _DEVICE_UNAVAILABLE.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstructor_load_all(const demask_reconstructor* reconstructor);

/** Frees a reconstructor; its results remain valid. */
DEMASK_C_API void demask_reconstructor_free(demask_reconstructor* reconstructor);

/**
 * Reconstructs one photo. Pixels outside demask_result_changed() are bit-identical to the input. A
 * photo without a face is not an error: its result has no faces.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_INVALID_IMAGE, _IMAGE_TOO_LARGE, _INVALID_ARGUMENT, _CANCELLED, and the
 *          errors of demask_reconstructor_load_all().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstruct_view(const demask_reconstructor* reconstructor, const demask_image_view* photo,
                        const demask_reconstruct_options* options, demask_result** result);

/**
 * Reconstructs a photo file and writes the result to another file, or over the input. The output
 * appears whole or not at all. It has the metadata of the input and, if a face was reconstructed,
 * the mark of demask_mark_as_synthetic(). PNG and TIFF outputs have the depth of the input: 16-bit
 * values outside demask_result_changed() are those of the input. A photo without a reconstructed
 * face is written unmarked; if output and input are the same file, nothing is written. A build
 * without Exiv2 copies no metadata and writes the mark to `output_path`.xmp.
 * @param encoding  NULL for the defaults. `synthetic`, `pixel_source` and `changed` are ignored; a
 *                  NULL `metadata_source` stands for the input.
 * @param result    NULL if not wanted.
 * @returns those of demask_image_read(), demask_reconstruct_view() and demask_image_write().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstruct_file(const demask_reconstructor* reconstructor, const char* input_path,
                        const char* output_path, const demask_reconstruct_options* options,
                        const demask_encode_options* encoding, demask_result** result);

/**
 * Reconstructs many photos; each network runs on faces of several photos at once. The options mask,
 * boxes and landmarks belong to a single photo and may not be set. Each photo gets its own result
 * or error.
 * @param photos  array of `count` views.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, _CANCELLED.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_reconstruct_batch(
    const demask_reconstructor* reconstructor, const demask_image_view* photos, int32_t count,
    const demask_reconstruct_options* options, demask_batch** batch);

/** Number of photos of a batch; 0 for NULL. */
DEMASK_C_API int32_t demask_batch_count(const demask_batch* batch);

/**
 * The result of photo `index`, borrowed from the batch: do not free it.
 * @returns the photo's own error if it has no result; DEMASK_ERROR_INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_batch_result(const demask_batch* batch,
                                                               int32_t index,
                                                               const demask_result** result);

/** Frees a batch and all its results. */
DEMASK_C_API void demask_batch_free(demask_batch* batch);

/* ----------------------------------------------------------------------------------- results -- */

/** The reconstructed photo, in the size and pixel format of the input; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_photo(const demask_result* result,
                                                               demask_image_view* view);

/**
 * Which pixels may differ from the input: a gray image of the photo's size, 255 where they may;
 * borrowed.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_changed(const demask_result* result,
                                                                 demask_image_view* view);

/**
 * The photo with the other generator's work on the uncertain faces; borrowed. There is no image
 * unless `both_when_uncertain` was set and a face was uncertain.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_result_alternative_photo(const demask_result* result, demask_image_view* view);

/**
 * Number of photos with a variant of every face: `variants` of the options, or 0 if that is 1 or no
 * face was painted; 0 for NULL.
 */
DEMASK_C_API int32_t demask_result_variant_count(const demask_result* result);

/**
 * The photo with variant `variant` of every face, from 0; borrowed. Photo 0 equals
 * demask_result_photo().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_variant_photo(const demask_result* result,
                                                                       int32_t variant,
                                                                       demask_image_view* view);

/** Milliseconds spent on finding the faces of the photo; 0 for NULL. */
DEMASK_C_API double demask_result_detect_milliseconds(const demask_result* result);

/** Number of faces of any status, ordered by score, best first; 0 for NULL. */
DEMASK_C_API int32_t demask_result_face_count(const demask_result* result);

/** What was found and done for one face. */
typedef struct demask_face {
  size_t struct_size;
  demask_face_status status; /**< What happened to the face. */
  float box[4];              /**< Left, top, width, height. */
  float score; /**< Detection score, in [0, 1]; 1 for boxes or landmarks given by the caller. */
  demask_gender gender;           /**< DEMASK_GENDER_UNDECIDED if it was not decided. */
  float gender_probability;       /**< Probability of `gender`, in [0.5, 1]; 0 if undecided. */
  int32_t gender_uncertain;       /**< Whether the probability is below 0.5 + `gender_margin`. */
  int32_t has_landmarks;          /**< Whether demask_result_face_landmarks() has points. */
  int32_t has_mask;               /**< Whether demask_result_face_mask() has an image. */
  int32_t has_aligned;            /**< Whether demask_result_face_aligned_before() has an image. */
  int32_t has_alternative;        /**< Whether demask_result_face_aligned_alternative() has one. */
  int32_t reserved;               /**< 0. */
  demask_quality quality;         /**< How the face was painted, if it is reconstructed. */
  int32_t variant_count;          /**< Number of its variants; 0 unless `variants` is above 1. */
  demask_reference_use reference; /**< What was taken from a reference photo. */
  int32_t reserved_2;             /**< 0. */
} demask_face;

/** What was found and done for face `index`. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face(const demask_result* result,
                                                              int32_t index, demask_face* face);

/**
 * Why face `index` is untouched: one English sentence with the measured value and its limit, such
 * as "the face's box is 14 x 18 pixels, below the smallest size of 24"; borrowed. "" if the face is
 * reconstructed, for NULL, and for an index out of range.
 */
DEMASK_C_API const char* demask_result_face_reason(const demask_result* result, int32_t index);

/**
 * Why no more of face `index` was taken from a reference photo: one English sentence; borrowed. ""
 * unless its `reference` is DEMASK_REFERENCE_SHAPE or _REFUSED, for NULL, and for an index out of
 * range.
 */
DEMASK_C_API const char* demask_result_face_reference_reason(const demask_result* result,
                                                             int32_t index);

/**
 * The landmarks of face `index`, in pixels of the photo; borrowed. There are none if they were not
 * searched for.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_landmarks(
    const demask_result* result, int32_t index, demask_landmarks* landmarks);

/**
 * All painted pixels of face `index`: the mask, grown, and the straps that leave it, including
 * those beyond the canonical face. Gray, 255 means covered; borrowed.
 * @param x, y  pixel of the photo under the mask's top left pixel.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_mask(const demask_result* result,
                                                                   int32_t index, int32_t* x,
                                                                   int32_t* y,
                                                                   demask_image_view* view);

/**
 * The canonical face before painting, RGB, square; borrowed. Its side is 256 pixels with
 * DEMASK_QUALITY_FAST, else 128 to 512 by the size of the face in the photo. If the mask hangs
 * below the square of demask_canonical_similarity(), the face is scaled down around its eyes until
 * the whole mask fits.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_before(
    const demask_result* result, int32_t index, demask_image_view* view);

/** The hole in the canonical face, gray, of its size; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_mask(
    const demask_result* result, int32_t index, demask_image_view* view);

/** The painted canonical face, RGB, of its size; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_after(
    const demask_result* result, int32_t index, demask_image_view* view);

/** The canonical face as the other generator painted it, with `both_when_uncertain`; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_alternative(
    const demask_result* result, int32_t index, demask_image_view* view);

/**
 * Variant `variant` of the canonical face, RGB, of the size of demask_result_face_aligned_after();
 * borrowed. Variant 0 is the most likely one, the face of demask_result_photo().
 * @param variant  0 to `variant_count` of the face - 1.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_variant_aligned(
    const demask_result* result, int32_t index, int32_t variant, demask_image_view* view);

/** The landmarks that a variant of face `index` has, in pixels of the photo; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_variant_landmarks(
    const demask_result* result, int32_t index, int32_t variant, demask_landmarks* landmarks);

/**
 * How likely a variant of face `index` is, in (0, 1]: the density of its landmarks over that of
 * variant 0, to the power of 1 over the number of coordinates.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_variant_likelihood(
    const demask_result* result, int32_t index, int32_t variant, float* likelihood);

/** Milliseconds that `step` took for face `index`; steps shared by faces are split among them. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_milliseconds(
    const demask_result* result, int32_t index, demask_pipeline_step step, double* milliseconds);

/** Frees a result and everything borrowed from it; not for results borrowed from a batch. */
DEMASK_C_API void demask_result_free(demask_result* result);

/* ---------------------------------------------------------------------------- stages by hand -- */

/*
 * The load functions take NULL options for the defaults. They fail with DEMASK_ERROR_BUNDLE_INVALID
 * (no such stage in the bundle), _UNREADABLE_FILE, _HASH_MISMATCH, _MODEL_INVALID or
 * _DEVICE_UNAVAILABLE. Running a stage fails with _INVALID_IMAGE, _INVALID_ARGUMENT or
 * _MODEL_INVALID. The bundle may be freed as soon as a stage is loaded.
 */

/**
 * Computes the similarity transform from the photo to the canonical face, where the eye centers lie
 * at (0.35, 0.42) and (0.65, 0.42) of its side: x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y +
 * m[5]. A face whose chin would lie below 0.945 of the side, such as that of a turned head, is
 * scaled down around the midpoint of the eyes until its chin lies there.
 * @param size    side of the canonical face in pixels, at least 1.
 * @param matrix  receives six doubles, row by row.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, also if the eyes coincide.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_canonical_similarity(const demask_landmarks* landmarks, int32_t size, double* matrix);

/**
 * Cuts out the canonical face that segmenter, gender classifier and inpainter take: RGB, size x
 * size pixels, the photo warped by demask_canonical_similarity(), black outside the photo.
 * @param landmarks  in pixels of the photo.
 * @param size       side of the canonical face, 1 to 4096 pixels.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_canonical_face(const demask_image_view* photo,
                                                                 const demask_landmarks* landmarks,
                                                                 int32_t size,
                                                                 demask_image** image);

/** Finds faces, masked or bare. */
typedef struct demask_face_detector demask_face_detector;
/** The faces found in a photo. */
typedef struct demask_detections demask_detections;

/** Options of a detection. */
typedef struct demask_detect_options {
  size_t struct_size;
  float score_threshold; /**< In [0, 1]; negative (default) takes the model's own. */
  /** In [0, 1]: a box whose IoU with a better one is larger is dropped. Default 0.4. */
  float nms_iou;
  /**
   * Smallest larger side of a face to search for: from 1 in pixels of the photo, below 1 as a
   * fraction of the photo's longer side. Default 24. Smaller faces may be found as well.
   */
  float min_face_size;
} demask_detect_options;

/** A face found in a photo; coordinates in pixels of the photo. */
typedef struct demask_detection {
  size_t struct_size;
  float box[4];     /**< Left, top, width, height. */
  float score;      /**< In [0, 1]. */
  float points[10]; /**< x, y of right eye, left eye, nose, right and left mouth corner. */
} demask_detection;

/** The defaults of this header's version; demask_detect_default_options() gives the library's. */
#define DEMASK_DETECT_OPTIONS_INIT \
  { sizeof(demask_detect_options), -1.0F, 0.4F, 24.0F }

/**
 * Fills in the library's defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_detect_default_options(demask_detect_options* options);

/**
 * Loads the face detector of a bundle. If the bundle has none but its segmenter takes whole photos,
 * the detector finds faces by the masks they wear.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_face_detector_load(const demask_bundle* bundle, const demask_runtime_options* options,
                          demask_face_detector** detector);

/** Finds the faces in a photo, best score first. @param options  NULL for the defaults. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_face_detector_detect(const demask_face_detector* detector, const demask_image_view* photo,
                            const demask_detect_options* options, demask_detections** detections);

/** Frees a face detector. */
DEMASK_C_API void demask_face_detector_free(demask_face_detector* detector);

/** Number of faces; 0 for NULL. */
DEMASK_C_API int32_t demask_detections_count(const demask_detections* detections);

/** Fills in face `index`, best score first. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_detections_get(
    const demask_detections* detections, int32_t index, demask_detection* detection);

/** Frees a list of detections. */
DEMASK_C_API void demask_detections_free(demask_detections* detections);

/** Finds landmarks, including those under a mask. */
typedef struct demask_landmark_detector demask_landmark_detector;
/** A set of landmarks that the library owns. */
typedef struct demask_landmark_set demask_landmark_set;

/** Loads the landmark detector of a bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_landmark_detector_load(const demask_bundle* bundle, const demask_runtime_options* options,
                              demask_landmark_detector** detector);

/**
 * Finds the landmarks of one face of a photo.
 * @param box   four floats: the face's left edge, top edge, width and height, in pixels of the
 *              photo.
 * @param roll  angle of the line through the eyes, in radians; positive turns the x axis toward the
 *              y axis.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_landmark_detector_detect(
    const demask_landmark_detector* detector, const demask_image_view* photo, const float* box,
    float roll, demask_landmark_set** landmarks);

/** Frees a landmark detector. */
DEMASK_C_API void demask_landmark_detector_free(demask_landmark_detector* detector);

/** Gives the landmarks of a set, in pixels of the photo; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_landmark_set_get(const demask_landmark_set* set,
                                                                   demask_landmarks* landmarks);

/**
 * Converts landmarks to the 68-point scheme, which inpainters use: an iBUG set is copied unchanged,
 * a WFLW set gives each of the 68 points its WFLW counterpart. Free the new set with
 * demask_landmark_set_free().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_landmarks_to_ibug68(const demask_landmarks* landmarks, demask_landmark_set** converted);

/** Frees a landmark set. */
DEMASK_C_API void demask_landmark_set_free(demask_landmark_set* set);

/** Finds the pixels that worn masks cover. */
typedef struct demask_segmenter demask_segmenter;
/** The masks found in an image. */
typedef struct demask_masks demask_masks;

/** What kind of image a segmenter takes. */
typedef int32_t demask_segmenter_input;
enum {
  DEMASK_SEGMENTER_CANONICAL_FACE = 0, /**< One canonical face; the result is exactly one mask. */
  DEMASK_SEGMENTER_PHOTO = 1           /**< A whole photo; the result has one mask per worn mask. */
};

/** One worn mask that was found: probabilities over a rectangle of the image. */
typedef struct demask_mask {
  size_t struct_size;
  const float* probability; /**< height x width floats in [0, 1], row by row; borrowed. */
  float score;              /**< In [0, 1]. */
  int32_t x;                /**< Image column of the rectangle's left edge. */
  int32_t y;                /**< Image row of the rectangle's top edge. */
  int32_t width;            /**< In pixels. */
  int32_t height;           /**< In pixels. */
  /**
   * Probabilities of the mask's straps: height x width floats in [0, 1], row by row, borrowed; NULL
   * if the model does not find straps.
   */
  const float* straps;
} demask_mask;

/** Loads the segmenter of a bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_segmenter_load(const demask_bundle* bundle, const demask_runtime_options* options,
                      demask_segmenter** segmenter);

/**
 * The kind of image that the segmenter takes, and the smallest probability of a pixel that counts
 * as mask.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_segmenter_get_input(
    const demask_segmenter* segmenter, demask_segmenter_input* input, float* threshold);

/**
 * Finds the masks in an image, best score first. demask_segmenter_get_input() says which kind of
 * image the segmenter takes.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_segmenter_segment(
    const demask_segmenter* segmenter, const demask_image_view* image, demask_masks** masks);

/** Frees a segmenter. */
DEMASK_C_API void demask_segmenter_free(demask_segmenter* segmenter);

/** Number of masks; 0 for NULL. */
DEMASK_C_API int32_t demask_masks_count(const demask_masks* masks);

/** Fills in mask `index`, best score first. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_masks_get(const demask_masks* masks,
                                                            int32_t index, demask_mask* mask);

/** Frees a list of masks. */
DEMASK_C_API void demask_masks_free(demask_masks* masks);

/** Chooses which of the two generators paints a face. */
typedef struct demask_gender_classifier demask_gender_classifier;

/** Loads the gender classifier of a bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_gender_classifier_load(const demask_bundle* bundle, const demask_runtime_options* options,
                              demask_gender_classifier** classifier);

/** Classifies a canonical face. @param probability receives that of `gender`, in [0.5, 1]. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_gender_classifier_classify(
    const demask_gender_classifier* classifier, const demask_image_view* face,
    demask_gender* gender, float* probability);

/** Frees a gender classifier. */
DEMASK_C_API void demask_gender_classifier_free(demask_gender_classifier* classifier);

/** Paints the masked part of canonical faces. */
typedef struct demask_inpainter demask_inpainter;

/** Loads the inpainter of a gender. @param gender DEMASK_GENDER_FEMALE or DEMASK_GENDER_MALE. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_inpainter_load(const demask_bundle* bundle, demask_gender gender,
                      const demask_runtime_options* options, demask_inpainter** inpainter);

/**
 * Paints one canonical face. Pixels outside the mask are copied from the face; a face without color
 * is painted without color.
 * @param mask       gray, of the size of `face`; pixels of level 128 and above are painted.
 * @param landmarks  in pixels of `face`.
 * @param image      receives the painted face: RGB, of the size of `face`.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_inpainter_inpaint(
    const demask_inpainter* inpainter, const demask_image_view* face, const demask_image_view* mask,
    const demask_landmarks* landmarks, demask_image** image);

/** Frees an inpainter. */
DEMASK_C_API void demask_inpainter_free(demask_inpainter* inpainter);

/* ------------------------------------------------------------------------------------- video -- */

/**
 * The state of one video stream: the tracked faces and their history. Unlike all other handles it
 * changes, so calls with one demask_video must not run at the same time. Any number of them, each
 * in its own thread, may share one reconstructor.
 */
typedef struct demask_video demask_video;

/** Options of a video. */
typedef struct demask_video_options {
  size_t struct_size;
  /**
   * The options of each frame; NULL (default) for the defaults. mask, boxes, landmarks and
   * both_when_uncertain may not be set, nor may DEMASK_QUALITY_BEST; with DEMASK_FACES_INDEX,
   * face_index is a track id. The callbacks are kept for the life of the demask_video.
   */
  const demask_reconstruct_options* reconstruct;
  /** Cutoff, in Hz, of the filter that smooths the landmarks of a face at rest, in (0, 1000]: lower
   *  is steadier. Default 1. */
  double landmark_cutoff;
  /** Rise of the cutoff with a landmark's speed on the face, in Hz per eye distance per second, in
   *  [0, 1000]: higher follows expressions faster. Default 4. */
  double landmark_beta;
  /** Time in seconds over which masks are averaged, in [0, 10]. Default 0.2. */
  double mask_seconds;
  /** Time in seconds over which painted pixels are averaged, in [0, 10]. Default 0.4. */
  double paint_seconds;
  /** Frames from one run of the face detector to the next, unless a track is in doubt; 1 to 1000.
   *  Default 15. */
  int32_t detect_interval;
} demask_video_options;

/** What a video frame reports besides its faces. */
typedef struct demask_video_info {
  size_t struct_size;
  int32_t detector_ran; /**< Whether the face detector ran on this frame. */
  int32_t scene_cut;    /**< Whether the scene differs from the previous frame's. */
} demask_video_info;

/** The defaults of this header's version; demask_video_default_options() gives the library's. */
#define DEMASK_VIDEO_OPTIONS_INIT \
  { sizeof(demask_video_options), NULL, 1.0, 4.0, 0.2, 0.4, 15 }

/**
 * Fills in the library's defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_video_default_options(demask_video_options* options);

/**
 * Starts a video stream. The reconstructor may be freed afterwards.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_video_create(const demask_reconstructor* reconstructor, const demask_video_options* options,
                    demask_video** video);

/**
 * Reconstructs the next frame. Pixels outside demask_result_changed() are bit-identical to the
 * frame. The faces of the result are in the order of their track ids. All tracks restart when
 * the frame's size or scene differs from the previous frame's. After an error all tracks are
 * forgotten.
 * @param seconds  time of the frame; must be greater than that of the previous frame.
 * @param info     NULL if not wanted.
 * @returns those of demask_reconstruct_view(); DEMASK_ERROR_INVALID_ARGUMENT also for a wrong time.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_video_reconstruct(demask_video* video,
                                                                    const demask_image_view* frame,
                                                                    double seconds,
                                                                    demask_video_info* info,
                                                                    demask_result** result);

/**
 * Reconstructs the next frames together, with results bit-identical to those of
 * demask_video_reconstruct() for one frame after the other, in less time, because each thread runs
 * the networks of its own frame. A good number of frames is the number of threads.
 * demask_video_frame_info() and demask_video_track_id() take the results of the batch.
 * @param frames   array of `count` views.
 * @param seconds  array of `count` times, each greater than the previous one.
 * @returns those of demask_video_reconstruct(); an error of one frame fails the whole call.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_video_reconstruct_frames(demask_video* video, const demask_image_view* frames,
                                const double* seconds, int32_t count, demask_batch** batch);

/**
 * What a video frame reports besides its faces.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, also for the result of a photo.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_video_frame_info(const demask_result* result,
                                                                   demask_video_info* info);

/**
 * The track id of face `index` of a frame's result. Ids count from 0 in the order in which faces
 * appear; a stream never reuses an id.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, also for the result of a photo.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_video_track_id(const demask_result* result,
                                                                 int32_t index, int64_t* track_id);

/** Forgets all tracks and the time of the last frame; call it before a new stream. Accepts NULL. */
DEMASK_C_API void demask_video_reset(demask_video* video);

/** Frees a video stream; its results remain valid. */
DEMASK_C_API void demask_video_free(demask_video* video);

#ifdef __cplusplus
}
#endif

#endif
