#ifndef DEMASK_H
#define DEMASK_H

/**
 * @file
 * demask as a C library: finds the face masks worn in a photo and reconstructs the faces under
 * them. What is painted is a plausible guess and never an identification of a person.
 *
 * **Threads.** Every function may be called from any thread. A handle, but for a demask_video,
 * never changes after it was made: any number of threads may use one handle at once. Only its free
 * function must not run while another thread still uses it, or what was borrowed from it. The
 * host's threads and allocator are left as they are.
 *
 * **Errors.** A function that can fail returns a demask_status; DEMASK_OK is 0. On any other value
 * no out-parameter was written, there is nothing to free, and demask_last_error() of the calling
 * thread names the thing, the reason and the remedy. No exception leaves the library. Compilers
 * warn where a status is not looked at.
 *
 * **Structs.** Every struct starts with `struct_size`, which the caller sets to the `sizeof` of the
 * struct before the struct goes to the library, for input and output alike. It lets programs and
 * libraries of different age work together: fields that the caller does not have take their
 * defaults or are not written; fields that the library does not have must be zero on input and are
 * set to zero on output. Structs only ever grow at their end. In an array of structs all elements
 * have the same `struct_size`, which is also the distance between them. DEMASK_INIT() and the
 * DEMASK_..._INIT macros of the option structs set it.
 *
 * **Ownership.** A handle made by the library belongs to the caller, who ends it with the free
 * function of its type; each of them takes NULL. Pointers and views that are called borrowed belong
 * to the handle they came from and live as long as it does. The library keeps no pointer of the
 * caller's beyond the call it was given to, except the log callback.
 *
 * A photo, from file to file:
 *
 * @code{.c}
 * demask_bundle* bundle = NULL;
 * demask_reconstructor* reconstructor = NULL;
 * demask_reconstruct_options options = DEMASK_RECONSTRUCT_OPTIONS_INIT;
 * options.blend = DEMASK_BLEND_POISSON;
 * demask_status status = demask_bundle_open_default(&bundle);
 * if (status == DEMASK_OK) status = demask_reconstructor_create(bundle, NULL, &reconstructor);
 * if (status == DEMASK_OK) {
 *   status = demask_reconstruct_file(reconstructor, "photo.jpg", "unmasked.jpg", &options, NULL,
 * NULL);
 * }
 * if (status != DEMASK_OK) fprintf(stderr, "%s\n", demask_last_error());
 * demask_reconstructor_free(reconstructor);
 * demask_bundle_free(bundle);
 * @endcode
 *
 * **Text** is UTF-8, file names included. **Flags** are int32_t: zero is no, all else yes.
 * **Coordinates** are pixels of the image they belong to: (0, 0) is the centre of the top left
 * pixel, x to the right, y down. A box is four floats: left edge, top edge, width, height.
 */

#include <stddef.h>
#include <stdint.h>

/** What the library exports carries this. */
#if defined(__GNUC__)
#define DEMASK_C_API __attribute__((visibility("default")))
#else
#define DEMASK_C_API
#endif

/**
 * Compilers warn where the status of such a function is not looked at. A program that defines this
 * as empty before it includes the header is not warned.
 */
#if !defined(DEMASK_MUST_USE)
#if defined(__GNUC__)
#define DEMASK_MUST_USE __attribute__((warn_unused_result))
#else
#define DEMASK_MUST_USE
#endif
#endif

/**
 * A struct that the library is to fill in: `demask_face face = DEMASK_INIT(demask_face);` sets its
 * size and zeroes the rest. For C alone, which has had designated initializers since C99; in C++
 * demask_capi.hpp does it.
 */
#if !defined(__cplusplus)
#define DEMASK_INIT(type) \
  { .struct_size = sizeof(type) }
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---------------------------------------------------------------------------------- version -- */

/** The ABI of this header: the soname's number. It changes when the ABI breaks. */
#define DEMASK_ABI_VERSION 0

/** The version of the library, such as "0.2.0". Never fails; the text lives forever. */
DEMASK_C_API const char* demask_version(void);

/**
 * What the library was built from and the license that follows, in one line, such as "LibTorch
 * 1.13.0, with Exiv2, GPL-3.0-or-later" or "LibTorch 1.13.0, without Exiv2, Apache-2.0". A build
 * without Exiv2 carries over no EXIF, IPTC, XMP or ICC profile, and marks a synthetic picture OUT
 * in OUT.xmp beside it. Never fails; the text lives for ever.
 */
DEMASK_C_API const char* demask_build_info(void);

/** The DEMASK_ABI_VERSION that the library was built with. */
DEMASK_C_API int32_t demask_abi_version(void);

/* ------------------------------------------------------------------------------------ errors -- */

/** What became of a call: one of DEMASK_OK and DEMASK_ERROR_... */
typedef int32_t demask_status;
enum {
  DEMASK_OK = 0,
  DEMASK_ERROR_INVALID_ARGUMENT = 1,   /**< A parameter is outside its documented range. */
  DEMASK_ERROR_INVALID_IMAGE = 2,      /**< An image view has no data, no size or a short stride. */
  DEMASK_ERROR_IMAGE_TOO_LARGE = 3,    /**< An image has more pixels than the limit in force. */
  DEMASK_ERROR_UNREADABLE_FILE = 4,    /**< A file is missing, cannot be opened or decoded. */
  DEMASK_ERROR_UNSUPPORTED_FORMAT = 5, /**< Not 8-bit gray, RGB or RGBA; unknown extension. */
  DEMASK_ERROR_UNWRITABLE_FILE = 6,    /**< An output cannot be created, written or renamed. */
  DEMASK_ERROR_BUNDLE_NOT_FOUND = 7,   /**< No model bundle there, or at any default place. */
  DEMASK_ERROR_BUNDLE_INVALID = 8,     /**< A manifest is missing, malformed, of another schema. */
  DEMASK_ERROR_HASH_MISMATCH = 9,      /**< A model file is not the one the manifest describes. */
  DEMASK_ERROR_MODEL_INVALID = 10,     /**< A model does not load or breaks its contract. */
  DEMASK_ERROR_DEVICE_UNAVAILABLE = 11, /**< No such device or number format on this machine. */
  DEMASK_ERROR_CANCELLED = 12,          /**< The abort callback asked to stop. */
  DEMASK_ERROR_OUT_OF_MEMORY = 13,      /**< An allocation failed. */
  DEMASK_ERROR_INTERNAL = 14            /**< A defect of demask itself; please report it. */
};

/** The name of a status, such as "invalid_image"; "unknown" for any other number. Never fails. */
DEMASK_C_API const char* demask_status_name(demask_status status);

/**
 * Why the last failing call of this thread failed; "" if none has. A call that succeeds leaves the
 * text alone. Borrowed until the thread's next failing call.
 */
DEMASK_C_API const char* demask_last_error(void);

/* --------------------------------------------------------------------------------------- log -- */

/** How much a log message matters. */
typedef int32_t demask_log_level;
enum {
  DEMASK_LOG_INFO = 1, /**< A bundle was opened, models were loaded and how long it took. */
  DEMASK_LOG_ERROR = 2 /**< A call failed: the text of demask_last_error(). */
};

/** Takes a log message; `message` lives during the call. Must not throw or jump out. */
typedef void (*demask_log_callback)(void* user_data, demask_log_level level, const char* message);

/**
 * Sets who gets the log messages of this process; NULL (as at the start) for nobody. Messages come
 * one at a time, from the threads that caused them. When this function returns, the callback of
 * before is not running and is never called again. What a callback itself does with demask is not
 * logged.
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
 * A borrowed image. Given to the library it is the caller's; got from the library it belongs to the
 * handle it came from, and must not be written to. `data` NULL with sizes 0: there is no image.
 */
typedef struct demask_image_view {
  size_t struct_size;
  const uint8_t* data;        /**< The top left pixel. */
  int32_t width;              /**< In pixels, at least 1. */
  int32_t height;             /**< In pixels, at least 1. */
  int64_t stride;             /**< Bytes from one row to the next; 0 for rows without padding. */
  demask_pixel_format format; /**< One of DEMASK_PIXEL_... */
} demask_image_view;

/** An image that the library owns. */
typedef struct demask_image demask_image;

/** How an image file is encoded, and what is written beside its pixels. */
typedef struct demask_encode_options {
  size_t struct_size;
  int32_t jpeg_quality; /**< 1 to 100, for JPEG and WebP; default 95. */
  int32_t synthetic;    /**< Mark as demask_mark_as_synthetic() does. Default no. */
  /** An image file whose EXIF, IPTC, XMP and ICC profile are carried over; NULL (default): none. */
  const char* metadata_source;
} demask_encode_options;

/** The defaults of this header; those of the library come from demask_encode_default_options(). */
#define DEMASK_ENCODE_OPTIONS_INIT \
  { sizeof(demask_encode_options), 95, 0, NULL }

/** Fills in the defaults. @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_encode_default_options(demask_encode_options* options);

/**
 * Decodes an image file (JPEG, PNG, WebP, TIFF, BMP) to RGB, RGBA or gray, upright.
 * @param max_pixels  refuse larger images; 0 for the default of 100 megapixels.
 * @returns DEMASK_ERROR_UNREADABLE_FILE, _UNSUPPORTED_FORMAT (more than 8 bits a channel),
 *          _IMAGE_TOO_LARGE, _INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_read(const char* path, int64_t max_pixels,
                                                             demask_image** image);

/**
 * The same from the bytes of a file.
 * @param name  what error messages call the image; NULL for "image".
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_decode(const uint8_t* bytes, size_t size,
                                                               const char* name, int64_t max_pixels,
                                                               demask_image** image);

/**
 * A copy in another pixel format. Alpha is dropped, or set to 255.
 * @returns DEMASK_ERROR_INVALID_IMAGE, _INVALID_ARGUMENT, _OUT_OF_MEMORY.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_convert(const demask_image_view* source,
                                                                demask_pixel_format format,
                                                                demask_image** image);

/** The pixels of an image, borrowed from it. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_get_view(const demask_image* image,
                                                                 demask_image_view* view);

/**
 * Encodes to the format that the extension of `path` names (.jpg, .jpeg, .png, .webp, .tif, .tiff,
 * .bmp). The finished file is renamed into place: a reader sees the whole file or none. JPEG and
 * BMP drop alpha; BMP has no metadata and no mark. A symbolic link is followed.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_UNSUPPORTED_FORMAT, _UNWRITABLE_FILE, _INVALID_IMAGE, _INVALID_ARGUMENT,
 *          _UNREADABLE_FILE (`metadata_source`).
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_image_write(const char* path,
                                                              const demask_image_view* image,
                                                              const demask_encode_options* options);

/** Ends an image. */
DEMASK_C_API void demask_image_free(demask_image* image);

/**
 * Marks a finished image file with the IPTC digital source type
 * compositeWithTrainedAlgorithmicMedia in its XMP: a photo of which a model painted a part. Do so
 * with every file that you make from a reconstruction. Pixels stay as they are; the file is
 * replaced as a whole. BMP is left as it is.
 * @param source  an image file whose EXIF, IPTC, XMP and ICC profile are carried over; NULL to keep
 *                those of `target`.
 * @returns DEMASK_ERROR_UNREADABLE_FILE, _UNWRITABLE_FILE, _INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_mark_as_synthetic(const char* target,
                                                                    const char* source);

/** Writes 1 to `marked` if the file carries that mark, else 0. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_is_marked_as_synthetic(const char* path,
                                                                         int32_t* marked);

/* ------------------------------------------------------------------------------------ models -- */

/** What a model does. */
typedef int32_t demask_stage;
enum {
  DEMASK_STAGE_FACE_DETECTOR = 0,
  DEMASK_STAGE_SEGMENTER = 1,
  DEMASK_STAGE_LANDMARK_DETECTOR = 2,
  DEMASK_STAGE_GENDER_CLASSIFIER = 3,
  DEMASK_STAGE_INPAINTER_FEMALE = 4,
  DEMASK_STAGE_INPAINTER_MALE = 5
};

/** The manifest's name of a stage, such as "segmenter"; "unknown" for any other number. */
DEMASK_C_API const char* demask_stage_name(demask_stage stage);

/** The order of a landmark set; the value is its number of points. */
typedef int32_t demask_landmark_scheme;
enum {
  DEMASK_LANDMARKS_IBUG68 = 68, /**< The 68 points of the iBUG 300-W annotation. */
  DEMASK_LANDMARKS_WFLW98 = 98  /**< The 98 points of WFLW. */
};

/** A folder (or memory) of models with a manifest.json. */
typedef struct demask_bundle demask_bundle;

/**
 * Opens a bundle and checks its manifest; model files are read and checked when they are needed.
 * @returns DEMASK_ERROR_BUNDLE_NOT_FOUND, _BUNDLE_INVALID.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_open(const char* folder,
                                                              demask_bundle** bundle);

/**
 * Opens the first of: the folder that the environment variable DEMASK_MODELS names (if it is set,
 * only that), share/demask/models/default of the prefix that the library is installed in, and
 * models/default of the source tree it was built from.
 * @returns DEMASK_ERROR_BUNDLE_NOT_FOUND naming every place, _BUNDLE_INVALID.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_open_default(demask_bundle** bundle);

/**
 * Takes a bundle from memory, by copy. File i has the name names[i] (as in the manifest; one is
 * "manifest.json") and the sizes[i] bytes at contents[i].
 * @param count  number of files, at least 1.
 * @returns DEMASK_ERROR_BUNDLE_INVALID, _INVALID_ARGUMENT (a name twice among others).
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_from_memory(const char* const* names,
                                                                     const uint8_t* const* contents,
                                                                     const size_t* sizes,
                                                                     int32_t count,
                                                                     demask_bundle** bundle);

/** How large the model files of a bundle may be. */
typedef struct demask_bundle_limits {
  size_t struct_size;
  uint64_t max_file_bytes;  /**< Of one file; default 1 GiB. */
  uint64_t max_total_bytes; /**< Of all together; default 4 GiB. */
} demask_bundle_limits;

/** The defaults of this header; those of the library come from demask_bundle_default_limits(). */
#define DEMASK_BUNDLE_LIMITS_INIT \
  { sizeof(demask_bundle_limits), (uint64_t)1 << 30, (uint64_t)4 << 30 }

/** Fills in the defaults. @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_bundle_default_limits(demask_bundle_limits* limits);

/**
 * demask_bundle_open() with other limits than the defaults.
 * @param limits  NULL for the defaults.
 * @returns those of demask_bundle_open(); DEMASK_ERROR_BUNDLE_INVALID if the manifest tells of
 * more.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_open_limited(
    const char* folder, const demask_bundle_limits* limits, demask_bundle** bundle);

/**
 * demask_bundle_open_default() with other limits than the defaults.
 * @param limits  NULL for the defaults.
 * @returns those of demask_bundle_open_default(); DEMASK_ERROR_BUNDLE_INVALID if the manifest tells
 *          of more.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_bundle_open_default_limited(const demask_bundle_limits* limits, demask_bundle** bundle);

/**
 * demask_bundle_from_memory() with other limits than the defaults.
 * @param limits  NULL for the defaults.
 * @returns those of demask_bundle_from_memory(); DEMASK_ERROR_BUNDLE_INVALID if the manifest tells
 *          of more.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_from_memory_limited(
    const char* const* names, const uint8_t* const* contents, const size_t* sizes, int32_t count,
    const demask_bundle_limits* limits, demask_bundle** bundle);

/** The name of a bundle; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_name(const demask_bundle* bundle);

/** The version of a bundle; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_version(const demask_bundle* bundle);

/** The licence of a bundle; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_license(const demask_bundle* bundle);

/** The folder of a bundle, "" for one from memory; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_folder(const demask_bundle* bundle);

/** Number of sets of inpainters besides the default one; 0 for NULL. */
DEMASK_C_API int32_t demask_bundle_variant_count(const demask_bundle* bundle);

/** Name of variant `index`, sorted by name; borrowed from the bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_variant_name(const demask_bundle* bundle,
                                                                      int32_t index,
                                                                      const char** name);

/**
 * The same bundle with another set of inpainters chosen, as a handle of its own: what is loaded or
 * made from it uses that set.
 * @param name  of a variant, or "" for the default set.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, naming the variants that are there.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_with_variant(const demask_bundle* bundle,
                                                                      const char* name,
                                                                      demask_bundle** chosen);

/** The set of inpainters that is chosen, "" for the default one; borrowed. "" for NULL. */
DEMASK_C_API const char* demask_bundle_variant(const demask_bundle* bundle);

/**
 * 1 if the bundle has a model for the stage, else 0; 0 for NULL. Of inpainters the set that is
 * chosen counts.
 */
DEMASK_C_API int32_t demask_bundle_has(const demask_bundle* bundle, demask_stage stage);

/**
 * Reads every model file and compares its hash.
 * @returns DEMASK_ERROR_UNREADABLE_FILE, _HASH_MISMATCH.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_verify(const demask_bundle* bundle);

/** A model as the manifest describes it. Texts are borrowed from the bundle. */
typedef struct demask_model_info {
  size_t struct_size;
  /** Such as "semantic" or "points"; of inpainters the name of their set, "" for the default one.
   */
  const char* variant;
  const char* file;          /**< Name relative to the bundle. */
  const char* sha256;        /**< 64 lower-case hexadecimal digits. */
  const char* license;       /**< Who may use it for what. */
  const char* training_data; /**< What it was trained on. */
  uint64_t size_bytes;       /**< Of the file. */
  demask_stage stage;        /**< What the model does. */
  int32_t input_size; /**< Side of the square input, or the longest side of a photo, in pixels. */
  demask_landmark_scheme landmark_scheme; /**< For DEMASK_STAGE_LANDMARK_DETECTOR. */
  float threshold;                        /**< Score or probability from which a hit counts. */
  float crop_scale;         /**< Landmark detector: side of the crop over the larger box side. */
  int32_t class_name_count; /**< Gender classifier: see demask_bundle_class_name(). */
  int32_t metric_count;     /**< See demask_bundle_metric(). */
  /** Landmark detector: mean confidence of a face's points, in [0, 1], below which the face is not
   *  painted. */
  double min_confidence;
  /** Face detector: longest side of a face, in pixels of the scaled photo, that the network was
   *  trained to find; larger faces are searched for at half the size. 0: all sizes at once. */
  double largest_face;
  /** Landmark detector, gender classifier: the answer is the mean over the face and its mirror
   *  image. */
  int32_t mirror_average;
} demask_model_info;

/** Number of models of a bundle, those of every variant included; 0 for NULL. */
DEMASK_C_API int32_t demask_bundle_model_count(const demask_bundle* bundle);

/** Model `index` of a bundle, in the manifest's order. */
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
 * A network that models of a bundle were trained with, named so that training can go on. It is
 * never loaded, and a copy of the bundle may lack its file. Texts are borrowed from the bundle.
 */
typedef struct demask_artefact_info {
  size_t struct_size;
  const char* name;    /**< "discriminator_female" or "discriminator_male". */
  const char* variant; /**< The set of inpainters that it belongs to; "" for the default one. */
  const char* file;    /**< Name relative to the bundle. */
  const char* sha256;  /**< 64 lower-case hexadecimal digits. */
  uint64_t size_bytes; /**< Of the file. */
} demask_artefact_info;

/** Number of training artefacts of a bundle, those of every variant included; 0 for NULL. */
DEMASK_C_API int32_t demask_bundle_artefact_count(const demask_bundle* bundle);

/** Training artefact `index` of a bundle, in the manifest's order. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_bundle_artefact(const demask_bundle* bundle,
                                                                  int32_t index,
                                                                  demask_artefact_info* info);

/** Ends a bundle. What was loaded from it lives on. */
DEMASK_C_API void demask_bundle_free(demask_bundle* bundle);

/** Number format of a network's arithmetic. */
typedef int32_t demask_dtype;
enum {
  DEMASK_DTYPE_FP32 = 0, /**< 32-bit float: the reference. */
  DEMASK_DTYPE_BF16 = 1  /**< bfloat16: half the memory traffic, faster where there is hardware. */
};

/** Where and how models run; fixed when they are loaded. */
typedef struct demask_runtime_options {
  size_t struct_size;
  const char* device; /**< "cpu" (default), "cuda" or "cuda:N"; NULL for the default. */
  demask_dtype dtype; /**< Default DEMASK_DTYPE_FP32. */
  int32_t threads;    /**< Intra-op threads of a call; 0 (default) as the host has set them. */
} demask_runtime_options;

/** The defaults of this header; those of the library come from demask_runtime_default_options(). */
#define DEMASK_RUNTIME_OPTIONS_INIT \
  { sizeof(demask_runtime_options), "cpu", DEMASK_DTYPE_FP32, 0 }

/** Fills in the defaults. @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_runtime_default_options(demask_runtime_options* options);

/* ---------------------------------------------------------------------------- reconstruction -- */

/**
 * Which generator to use, or was used. Nothing is said of the gender identity of a person. 0 stands
 * for no choice and has two names: DEMASK_GENDER_AUTO where a program leaves the choice to the
 * classifier, DEMASK_GENDER_UNDECIDED where a result has none.
 */
typedef int32_t demask_gender;
enum {
  DEMASK_GENDER_AUTO = 0,      /**< In options: the one that the classifier finds more probable. */
  DEMASK_GENDER_UNDECIDED = 0, /**< In results: not decided. */
  DEMASK_GENDER_FEMALE = 1,    /**< The generator of female faces. */
  DEMASK_GENDER_MALE = 2       /**< The generator of male faces. */
};

/** How the painted face is joined to the photo. */
typedef int32_t demask_blend_mode;
enum {
  DEMASK_BLEND_FEATHER = 0, /**< Colour matched along the rim and faded in inside the hole. */
  DEMASK_BLEND_POISSON = 1, /**< Gradients copied, colours solved for (Perez et al. 2003). */
  DEMASK_BLEND_NONE = 2     /**< Pasted as painted. */
};

/** Which of the faces found are worked on. */
typedef int32_t demask_face_selection;
enum { DEMASK_FACES_ALL = 0, DEMASK_FACES_LARGEST = 1, DEMASK_FACES_INDEX = 2 };

/** What happened to a face. */
typedef int32_t demask_face_status;
enum {
  DEMASK_FACE_RECONSTRUCTED = 0,
  DEMASK_FACE_NO_MASK = 1,             /**< No worn mask was found; untouched. */
  DEMASK_FACE_TOO_SMALL = 2,           /**< Below `min_face_size`; untouched. */
  DEMASK_FACE_NOT_SELECTED = 3,        /**< Left out by `selection`; only box and score are set. */
  DEMASK_FACE_LANDMARKS_UNRELIABLE = 4 /**< The landmarks make no face or are below
                                             `min_landmark_confidence`, or what was found to be its
                                             mask hides the eyes; untouched. */
};

/** The name of a face status, such as "no_mask"; "unknown" for any other number. */
DEMASK_C_API const char* demask_face_status_name(demask_face_status status);

/** Steps of one call, in order. */
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

/** Told that `done` of `total` units of `step` are done. Must not throw or jump out. */
typedef void (*demask_progress_callback)(void* user_data, demask_pipeline_step step, int32_t done,
                                         int32_t total);

/** Asked whether to stop; not zero ends the call with DEMASK_ERROR_CANCELLED. Must not throw. */
typedef int32_t (*demask_abort_callback)(void* user_data);

/** A set of facial landmarks. */
typedef struct demask_landmarks {
  size_t struct_size;
  demask_landmark_scheme scheme; /**< Which points these are. */
  int32_t count;                 /**< Number of points: that of the scheme; 0 if there are none. */
  const float* points;           /**< count x 2 floats: x, y in pixels. */
  const float* confidence;       /**< count floats in [0, 1]; NULL if unknown. */
} demask_landmarks;

/** Parameters of one reconstruction. */
typedef struct demask_reconstruct_options {
  size_t struct_size;
  demask_gender gender; /**< Default DEMASK_GENDER_AUTO. */
  float gender_margin;  /**< In [0, 0.5]: below 0.5 + margin a face is uncertain. Default 0.15. */
  int32_t both_when_uncertain; /**< Also return the other generator's photo. Default no. */
  int32_t mask_inverted;       /**< `mask` covers where it is dark. Default no. */
  /** A mask instead of the segmenter's: gray, of the photo's size; levels of 128 and more are
   *  covered (with `mask_inverted`, levels below 128). NULL (default) for none. */
  const demask_image_view* mask;
  const float* boxes;                /**< box_count x 4 floats: boxes instead of the detector's. */
  const demask_landmarks* landmarks; /**< landmarks_count sets, one per face, instead of found. */
  int32_t box_count;                 /**< Default 0. */
  int32_t landmarks_count;           /**< Default 0. With landmarks, boxes are not needed. */
  float mask_dilation;     /**< Growth of the mask over the face's side, [0, 0.25]. Default 0.02. */
  demask_blend_mode blend; /**< Default DEMASK_BLEND_FEATHER. */
  demask_face_selection selection; /**< Default DEMASK_FACES_ALL. */
  int32_t face_index;              /**< With DEMASK_FACES_INDEX: position by score. Default 0. */
  float detection_threshold;       /**< In [0, 1]; negative (default) takes the model's own. */
  float segmentation_threshold;    /**< In [0, 1]; negative (default) takes the model's own. */
  float min_face_size;             /**< Pixels of the box's larger side. Default 24. */
  float min_mask_area; /**< In [0, 1]: a smaller part of the face is no mask. Default 0.02. */
  int64_t max_pixels;  /**< A photo with more is refused; 0 for the default of 100 megapixels. */
  demask_progress_callback progress_callback; /**< Called on the calling thread; or NULL. */
  void* progress_user_data;                   /**< Passed on to the callback. */
  demask_abort_callback abort_callback;       /**< Asked on the calling thread; or NULL. */
  void* abort_user_data;                      /**< Passed on to the callback. */
  /** In [0, 1]; negative (default) takes the model's own. A face whose landmarks have a smaller
   *  confidence in the mean is left as it is: it is seen from the side or from behind, or is none.
   *  In a video three quarters of it suffice where the frame before had it. Landmarks given by the
   *  caller are taken whatever their confidence. */
  float min_landmark_confidence;
} demask_reconstruct_options;

/** The defaults of this header; those of the library come from
 *  demask_reconstruct_default_options(). */
#define DEMASK_RECONSTRUCT_OPTIONS_INIT                                                          \
  {                                                                                              \
    sizeof(demask_reconstruct_options), DEMASK_GENDER_AUTO, 0.15F, 0, 0, NULL, NULL, NULL, 0, 0, \
        0.02F, DEMASK_BLEND_FEATHER, DEMASK_FACES_ALL, 0, -1.0F, -1.0F, 24.0F, 0.02F, 100000000, \
        NULL, NULL, NULL, NULL, -1.0F                                                            \
  }

/** Fills in the defaults. @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstruct_default_options(demask_reconstruct_options* options);

/** The models of a bundle, ready to reconstruct. */
typedef struct demask_reconstructor demask_reconstructor;
/** What came of one photo. */
typedef struct demask_result demask_result;
/** What came of many photos. */
typedef struct demask_batch demask_batch;

/**
 * Makes a reconstructor with the bundle's set of inpainters that is chosen; models are loaded when
 * they are first needed, and a device that is not there is found out then. The bundle may be freed.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstructor_create(const demask_bundle* bundle, const demask_runtime_options* options,
                            demask_reconstructor** reconstructor);

/**
 * Loads every model that is not yet loaded, so that no later call pays for it.
 * @returns DEMASK_ERROR_BUNDLE_INVALID, _UNREADABLE_FILE, _HASH_MISMATCH, _MODEL_INVALID,
 *          _DEVICE_UNAVAILABLE.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstructor_load_all(const demask_reconstructor* reconstructor);

/** Ends a reconstructor; its results live on. */
DEMASK_C_API void demask_reconstructor_free(demask_reconstructor* reconstructor);

/**
 * Reconstructs one photo. Pixels outside demask_result_changed() are bit-identical to the input.
 * A photo without a face is no error: its result has no faces.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_INVALID_IMAGE, _IMAGE_TOO_LARGE, _INVALID_ARGUMENT, _CANCELLED, and those
 *          of demask_reconstructor_load_all().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstruct_view(const demask_reconstructor* reconstructor, const demask_image_view* photo,
                        const demask_reconstruct_options* options, demask_result** result);

/**
 * Reconstructs the photo of a file into another file, or over itself. The output appears whole or
 * not at all, with the metadata of the input and, if a face was reconstructed, marked as
 * demask_mark_as_synthetic() does. A photo without a reconstructed face is written unmarked; over
 * itself, it is not written at all.
 * @param encoding  NULL for the defaults. `synthetic` is not looked at; `metadata_source` NULL
 *                  stands for the input.
 * @param result    NULL if it is not wanted.
 * @returns those of demask_image_read(), demask_reconstruct_view() and demask_image_write().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_reconstruct_file(const demask_reconstructor* reconstructor, const char* input_path,
                        const char* output_path, const demask_reconstruct_options* options,
                        const demask_encode_options* encoding, demask_result** result);

/**
 * Reconstructs many photos, with faces of several photos in one batch of each network. The options
 * mask, boxes and landmarks belong to one photo and may not be set. Each photo comes to a result or
 * an error of its own.
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
 * @returns the photo's own error, if it has no result; DEMASK_ERROR_INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_batch_result(const demask_batch* batch,
                                                               int32_t index,
                                                               const demask_result** result);

/** Ends a batch and all its results. */
DEMASK_C_API void demask_batch_free(demask_batch* batch);

/* ----------------------------------------------------------------------------------- results -- */

/** The photo, in size and pixel format of the input; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_photo(const demask_result* result,
                                                               demask_image_view* view);

/** Gray, of the photo's size: 255 where a pixel may differ from the input; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_changed(const demask_result* result,
                                                                 demask_image_view* view);

/**
 * The photo with the other generator's work for the uncertain faces; borrowed. No image unless
 * `both_when_uncertain` was set and a face was uncertain.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_result_alternative_photo(const demask_result* result, demask_image_view* view);

/** Milliseconds spent on finding the faces of the photo; 0 for NULL. */
DEMASK_C_API double demask_result_detect_milliseconds(const demask_result* result);

/** Number of faces, whatever became of them; 0 for NULL. They are ordered by score, best first. */
DEMASK_C_API int32_t demask_result_face_count(const demask_result* result);

/** What was found and done for one face. */
typedef struct demask_face {
  size_t struct_size;
  demask_face_status status; /**< What became of it. */
  float box[4];              /**< Left, top, width, height. */
  float score; /**< Of the detection, in [0, 1]; 1 for boxes or landmarks given by the caller. */
  demask_gender gender;     /**< DEMASK_GENDER_UNDECIDED if it was not decided. */
  float gender_probability; /**< Of `gender`, in [0.5, 1]; 0 if it was not decided. */
  int32_t gender_uncertain; /**< The probability is below 0.5 + `gender_margin`. */
  int32_t has_landmarks;    /**< demask_result_face_landmarks() has points. */
  int32_t has_mask;         /**< demask_result_face_mask() has an image. */
  int32_t has_aligned;      /**< demask_result_face_aligned_before() has an image. */
  int32_t has_alternative;  /**< demask_result_face_aligned_alternative() has an image. */
} demask_face;

/** Face `index`. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face(const demask_result* result,
                                                              int32_t index, demask_face* face);

/** The landmarks of face `index`, in pixels of the photo; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_landmarks(
    const demask_result* result, int32_t index, demask_landmarks* landmarks);

/**
 * All that was painted: the mask, grown, and the straps found to leave it, those beyond the
 * canonical face included; borrowed: gray, 255 is covered.
 * @param x, y  pixel of the photo that the mask's top left pixel lies on.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_mask(const demask_result* result,
                                                                   int32_t index, int32_t* x,
                                                                   int32_t* y,
                                                                   demask_image_view* view);

/**
 * The canonical face as it was, RGB 256 x 256; borrowed. Where a mask hangs below the square of
 * demask_canonical_similarity(), the face is smaller around its eyes, so that all of the mask lies
 * in it.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_before(
    const demask_result* result, int32_t index, demask_image_view* view);

/** The canonical hole, gray 256 x 256; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_mask(
    const demask_result* result, int32_t index, demask_image_view* view);

/** The canonical face as it was reconstructed, RGB 256 x 256; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_after(
    const demask_result* result, int32_t index, demask_image_view* view);

/** The other generator's canonical face, with `both_when_uncertain`; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_aligned_alternative(
    const demask_result* result, int32_t index, demask_image_view* view);

/** Milliseconds that `step` took for face `index`. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_result_face_milliseconds(
    const demask_result* result, int32_t index, demask_pipeline_step step, double* milliseconds);

/** Ends a result and what was borrowed from it; not for results borrowed from a batch. */
DEMASK_C_API void demask_result_free(demask_result* result);

/* ---------------------------------------------------------------------------- stages by hand -- */

/*
 * The load functions take NULL as options for the defaults and fail with
 * DEMASK_ERROR_BUNDLE_INVALID (no such stage in the bundle), _UNREADABLE_FILE, _HASH_MISMATCH,
 * _MODEL_INVALID or _DEVICE_UNAVAILABLE; running a stage, with _INVALID_IMAGE, _INVALID_ARGUMENT or
 * _MODEL_INVALID. The bundle may be freed as soon as a stage is loaded.
 */

/**
 * The similarity transform from the photo to the canonical face, on which the eye centres lie at
 * (0.35, 0.42) and (0.65, 0.42) of its side: x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y +
 * m[5]. A face whose chin would lie below 0.945, as that of a turned head would, is made smaller
 * around the middle of its eyes, so that it lies there.
 * @param size    side of the canonical face in pixels, at least 1; results use 256.
 * @param matrix  six doubles.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, also for eyes that coincide.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_canonical_similarity(const demask_landmarks* landmarks, int32_t size, double* matrix);

/**
 * The canonical face that segmenter, gender classifier and inpainter look at: RGB, size x size, the
 * photo seen through demask_canonical_similarity(), black where the photo has no pixels.
 * @param landmarks  in pixels of the photo.
 * @param size       1 to 4096 pixels; results use 256.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_canonical_face(const demask_image_view* photo,
                                                                 const demask_landmarks* landmarks,
                                                                 int32_t size,
                                                                 demask_image** image);

/** Finds faces, masked or bare. */
typedef struct demask_face_detector demask_face_detector;
/** Faces found in a photo. */
typedef struct demask_detections demask_detections;

/** Parameters of a detection. */
typedef struct demask_detect_options {
  size_t struct_size;
  float score_threshold; /**< In [0, 1]; negative (default) takes the model's own. */
  float nms_iou; /**< In [0, 1]: boxes that overlap a better one more are dropped. Default 0.4. */
} demask_detect_options;

/** A face that was found. */
typedef struct demask_detection {
  size_t struct_size;
  float box[4];     /**< Left, top, width, height. */
  float score;      /**< In [0, 1]. */
  float points[10]; /**< x, y of right eye, left eye, nose, right and left mouth corner. */
} demask_detection;

/** The defaults of this header; those of the library come from demask_detect_default_options(). */
#define DEMASK_DETECT_OPTIONS_INIT \
  { sizeof(demask_detect_options), -1.0F, 0.4F }

/** Fills in the defaults. @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_detect_default_options(demask_detect_options* options);

/**
 * Loads the face detector of a bundle. Of a bundle that has none, but a segmenter of whole photos,
 * it is one that finds faces by the masks they wear.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_face_detector_load(const demask_bundle* bundle, const demask_runtime_options* options,
                          demask_face_detector** detector);

/** Finds the faces of a photo, best score first. @param options  NULL for the defaults. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_face_detector_detect(const demask_face_detector* detector, const demask_image_view* photo,
                            const demask_detect_options* options, demask_detections** detections);

/** Ends a face detector. */
DEMASK_C_API void demask_face_detector_free(demask_face_detector* detector);

/** Number of faces; 0 for NULL. */
DEMASK_C_API int32_t demask_detections_count(const demask_detections* detections);

/** Face `index`. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_detections_get(
    const demask_detections* detections, int32_t index, demask_detection* detection);

/** Ends a list of detections. */
DEMASK_C_API void demask_detections_free(demask_detections* detections);

/** Finds landmarks, those under a mask included. */
typedef struct demask_landmark_detector demask_landmark_detector;
/** Landmarks that were found. */
typedef struct demask_landmark_set demask_landmark_set;

/** Loads the landmark detector of a bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_landmark_detector_load(const demask_bundle* bundle, const demask_runtime_options* options,
                              demask_landmark_detector** detector);

/**
 * Finds the landmarks of one face of a photo.
 * @param box   four floats: the face, in pixels of the photo.
 * @param roll  radians by which the line of the eyes is turned, x towards y.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_landmark_detector_detect(
    const demask_landmark_detector* detector, const demask_image_view* photo, const float* box,
    float roll, demask_landmark_set** landmarks);

/** Ends a landmark detector. */
DEMASK_C_API void demask_landmark_detector_free(demask_landmark_detector* detector);

/** The points of a set, in pixels of the photo; borrowed. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_landmark_set_get(const demask_landmark_set* set,
                                                                   demask_landmarks* landmarks);

/**
 * The 68-point form of a set of either scheme, as inpainters see it: itself, or each of the 68
 * points taken from its WFLW counterpart. End it with demask_landmark_set_free().
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_landmarks_to_ibug68(const demask_landmarks* landmarks, demask_landmark_set** converted);

/** Ends a landmark set. */
DEMASK_C_API void demask_landmark_set_free(demask_landmark_set* set);

/** Finds the pixels that worn masks cover. */
typedef struct demask_segmenter demask_segmenter;
/** Masks that were found. */
typedef struct demask_masks demask_masks;

/** What a segmenter looks at. */
typedef int32_t demask_segmenter_input;
enum {
  DEMASK_SEGMENTER_CANONICAL_FACE = 0, /**< One aligned face; exactly one mask comes back. */
  DEMASK_SEGMENTER_PHOTO = 1           /**< A whole photo; one mask per worn mask comes back. */
};

/** A worn mask: probabilities over a rectangle of the image. */
typedef struct demask_mask {
  size_t struct_size;
  const float* probability; /**< height x width floats in [0, 1], row by row; borrowed. */
  float score;              /**< In [0, 1]. */
  int32_t x;                /**< Pixel of the image that the top left value belongs to. */
  int32_t y;                /**< Row of the image that the top left value belongs to. */
  int32_t width;            /**< In pixels. */
  int32_t height;           /**< In pixels. */
  /** The same of the mask's straps, where they leave it; NULL if the model does not tell. */
  const float* straps;
} demask_mask;

/** Loads the segmenter of a bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_segmenter_load(const demask_bundle* bundle, const demask_runtime_options* options,
                      demask_segmenter** segmenter);

/** What the segmenter looks at, and the probability from which a pixel counts as mask. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_segmenter_get_input(
    const demask_segmenter* segmenter, demask_segmenter_input* input, float* threshold);

/** Finds the masks of an image (see demask_segmenter_get_input()), best score first. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_segmenter_segment(
    const demask_segmenter* segmenter, const demask_image_view* image, demask_masks** masks);

/** Ends a segmenter. */
DEMASK_C_API void demask_segmenter_free(demask_segmenter* segmenter);

/** Number of masks; 0 for NULL. */
DEMASK_C_API int32_t demask_masks_count(const demask_masks* masks);

/** Mask `index`. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_masks_get(const demask_masks* masks,
                                                            int32_t index, demask_mask* mask);

/** Ends a list of masks. */
DEMASK_C_API void demask_masks_free(demask_masks* masks);

/** Chooses between the two generators. */
typedef struct demask_gender_classifier demask_gender_classifier;

/** Loads the gender classifier of a bundle. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_gender_classifier_load(const demask_bundle* bundle, const demask_runtime_options* options,
                              demask_gender_classifier** classifier);

/** Classifies a canonical face. @param probability  of `gender`, in [0.5, 1]. */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_gender_classifier_classify(
    const demask_gender_classifier* classifier, const demask_image_view* face,
    demask_gender* gender, float* probability);

/** Ends a gender classifier. */
DEMASK_C_API void demask_gender_classifier_free(demask_gender_classifier* classifier);

/** Paints the masked part of canonical faces. */
typedef struct demask_inpainter demask_inpainter;

/** Loads an inpainter. @param gender  DEMASK_GENDER_FEMALE or DEMASK_GENDER_MALE: which one. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_inpainter_load(const demask_bundle* bundle, demask_gender gender,
                      const demask_runtime_options* options, demask_inpainter** inpainter);

/**
 * Paints one canonical face; pixels outside the mask are those of the face, and where these have no
 * colour, the painted ones have none.
 * @param mask       gray, of the size of `face`; levels of 128 and more are painted.
 * @param landmarks  in pixels of `face`.
 * @param image      RGB, of the size of `face`.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_inpainter_inpaint(
    const demask_inpainter* inpainter, const demask_image_view* face, const demask_image_view* mask,
    const demask_landmarks* landmarks, demask_image** image);

/** Ends an inpainter. */
DEMASK_C_API void demask_inpainter_free(demask_inpainter* inpainter);

/* ------------------------------------------------------------------------------------- video -- */

/**
 * The state of one video stream: tracked faces, and what is remembered of them. Unlike all other
 * handles it changes: calls with one demask_video must not run at once. Any number of them may
 * share one reconstructor, each in a thread of its own.
 */
typedef struct demask_video demask_video;

/** Parameters of a video. */
typedef struct demask_video_options {
  size_t struct_size;
  /** As for photos; NULL (default) for the defaults. mask, boxes, landmarks and
   *  both_when_uncertain may not be set; with DEMASK_FACES_INDEX, face_index is a track id. The
   *  callbacks are kept for the life of the demask_video. */
  const demask_reconstruct_options* reconstruct;
  double landmark_cutoff;  /**< Hz, at rest, in (0, 1000]: less is steadier. Default 1. */
  double landmark_beta;    /**< Hz per eye distance a second, in [0, 1000]. Default 4. */
  double mask_seconds;     /**< Over which masks are averaged, in [0, 10]. Default 0.2. */
  double paint_seconds;    /**< Over which painted pixels are averaged, in [0, 10]. Default 0.4. */
  int32_t detect_interval; /**< Frames from one run of the detector to the next, if no track is
                                in doubt; 1 to 1000. Default 15. */
} demask_video_options;

/** What came of a frame besides its demask_result. */
typedef struct demask_video_info {
  size_t struct_size;
  int32_t detector_ran; /**< The detector has run on the frame. */
  int32_t scene_cut;    /**< The frame shows another scene than the one before. */
} demask_video_info;

/** The defaults of this header; those of the library come from demask_video_default_options(). */
#define DEMASK_VIDEO_OPTIONS_INIT \
  { sizeof(demask_video_options), NULL, 1.0, 4.0, 0.2, 0.4, 15 }

/** Fills in the defaults. @returns DEMASK_ERROR_INVALID_ARGUMENT for NULL or a bad struct_size. */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_video_default_options(demask_video_options* options);

/**
 * Opens a stream. The reconstructor may be freed.
 * @param options  NULL for the defaults.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_video_create(const demask_reconstructor* reconstructor, const demask_video_options* options,
                    demask_video** video);

/**
 * Reconstructs the next frame. Pixels outside demask_result_changed() are bit-identical to it. The
 * faces of the result come in the order of their track ids. A frame of another size or scene than
 * the one before starts all tracks anew. After an error all tracks are forgotten.
 * @param seconds  time of the frame; must be greater than that of the frame before.
 * @param info     NULL if it is not wanted.
 * @returns as demask_reconstruct_view(); DEMASK_ERROR_INVALID_ARGUMENT for the time, too.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_video_reconstruct(demask_video* video,
                                                                    const demask_image_view* frame,
                                                                    double seconds,
                                                                    demask_video_info* info,
                                                                    demask_result** result);

/**
 * Reconstructs the next frames, where they need not come out one by one: the same, to the bit, in
 * less time, for each thread then has a frame's networks to itself. As many frames as threads suit
 * best. demask_video_frame_info() and demask_video_track_id() take the results of the batch.
 * @param frames   array of `count` views.
 * @param seconds  array of `count` times, each greater than the one before.
 * @returns as demask_video_reconstruct(); an error of one frame is one of the call.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status
demask_video_reconstruct_frames(demask_video* video, const demask_image_view* frames,
                                const double* seconds, int32_t count, demask_batch** batch);

/**
 * What came of a frame besides its faces.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, also for a result of a photo.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_video_frame_info(const demask_result* result,
                                                                   demask_video_info* info);

/**
 * The track of face `index` of a frame's result. Ids count from 0 in the
 * order in which faces appear, and are not used again within a stream.
 * @returns DEMASK_ERROR_INVALID_ARGUMENT, also for a result of a photo.
 */
DEMASK_C_API DEMASK_MUST_USE demask_status demask_video_track_id(const demask_result* result,
                                                                 int32_t index, int64_t* track_id);

/** Forgets all tracks and the time of the last frame, as before another stream. Takes NULL. */
DEMASK_C_API void demask_video_reset(demask_video* video);

/** Ends a stream; its results live on. */
DEMASK_C_API void demask_video_free(demask_video* video);

#ifdef __cplusplus
}
#endif

#endif
