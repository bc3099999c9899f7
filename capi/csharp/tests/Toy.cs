// SPDX-License-Identifier: Apache-2.0
using System.IO;
using Demask;

/// The toy world of tests/data/make_bundle.py.
internal static class Toy
{
    internal static string Folder;
    internal static string Work;
    internal static string CapiSource;
    internal static readonly Box Face = new Box(24, 50, 80, 80);

    internal static Bundle Bundle() { return new Bundle(Path.Combine(Folder, "bundle")); }

    internal static string PhotoFile(string name = "masked.png")
    {
        return Path.Combine(Folder, name);
    }

    internal static Pixels Photo(string name = "masked.png")
    {
        return Pixels.Read(PhotoFile(name));
    }

    /// Options without blending, so that the painted colors are known.
    internal static ReconstructOptions Pasted()
    {
        return new ReconstructOptions { Blend = BlendMode.None };
    }

    internal static Landmarks Landmarks()
    {
        using (Bundle bundle = Bundle())
        using (var detector = new LandmarkDetector(bundle))
            return detector.Detect(Photo(), Face);
    }

    /// Color at the center of the mask.
    internal static byte[] Mouth(Pixels pixels) { return pixels.At(64, 110); }
}
