// SPDX-License-Identifier: Apache-2.0

// The enumerations of demask.h.
namespace Demask
{
    /// <summary>Outcome of a call: demask_status.</summary>
    public enum Status
    {
        Ok = 0,
        InvalidArgument = 1,
        InvalidImage = 2,
        ImageTooLarge = 3,
        UnreadableFile = 4,
        UnsupportedFormat = 5,
        UnwritableFile = 6,
        BundleNotFound = 7,
        BundleInvalid = 8,
        HashMismatch = 9,
        ModelInvalid = 10,
        DeviceUnavailable = 11,
        Cancelled = 12,
        OutOfMemory = 13,
        Internal = 14
    }

    /// <summary>Severity of a log message.</summary>
    public enum LogLevel { Info = 1, Error = 2, Warning = 3 }

    /// <summary>Number and order of the 8-bit channels of a pixel.</summary>
    public enum PixelFormat { Gray = 0, Rgb = 1, Bgr = 2, Rgba = 3, Bgra = 4 }

    /// <summary>The stage that a model serves.</summary>
    public enum Stage
    {
        FaceDetector = 0,
        Segmenter = 1,
        LandmarkDetector = 2,
        GenderClassifier = 3,
        InpainterFemale = 4,
        InpainterMale = 5,
        InpainterPrior = 6,
        ShapeModel = 7
    }

    /// <summary>Order of the points of a landmark set; the value is their number.</summary>
    public enum LandmarkScheme { Ibug68 = 68, Wflw98 = 98 }

    /// <summary>Number format of a network's arithmetic.</summary>
    public enum DType { Fp32 = 0, Bf16 = 1 }

    /// <summary>Generator to use (Auto: the one that the classifier chooses), or that was used. It
    /// says nothing about a person.</summary>
    public enum Gender { Auto = 0, Undecided = 0, Female = 1, Male = 2 }

    /// <summary>How the painted face is joined to the photo.</summary>
    public enum BlendMode { Feather = 0, Poisson = 1, None = 2 }

    /// <summary>Which of the detected faces are processed.</summary>
    public enum FaceSelection { All = 0, Largest = 1, Index = 2 }

    /// <summary>How carefully faces are painted. Default, in options only, is Fine for photos and
    /// Fast for videos.</summary>
    public enum Quality { Default = -1, Fast = 0, Fine = 1, Best = 2 }

    /// <summary>The expression of a painted face.</summary>
    public enum Expression { AsFound = 0, Neutral = 1, Smile = 2, OpenMouth = 3 }

    /// <summary>What a painted face has taken from a reference photo: Shape, the landmarks under
    /// the mask; Pixels, those and the pixels; Refused, nothing, because no reference shows a bare
    /// face that resembles the visible part.</summary>
    public enum ReferenceUse { None = 0, Shape = 1, Pixels = 2, Refused = 3 }

    /// <summary>What happened to a face.</summary>
    public enum FaceStatus
    {
        Reconstructed = 0,
        NoMask = 1,
        TooSmall = 2,
        NotSelected = 3,
        LandmarksUnreliable = 4
    }

    /// <summary>Steps of one call, in order.</summary>
    public enum PipelineStep
    {
        Detect = 0,
        Landmarks = 1,
        Segment = 2,
        Gender = 3,
        Inpaint = 4,
        Composite = 5
    }

    /// <summary>What a segmenter takes as input.</summary>
    public enum SegmenterInput { CanonicalFace = 0, Photo = 1 }
}
