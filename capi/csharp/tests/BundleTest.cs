// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Demask;

/// Bundles and the log.
internal sealed class BundleTest
{
    public void WhatABundleTells()
    {
        using (Bundle bundle = Toy.Bundle())
        {
            Expect.Equal("toy 1.0.0 CC0-1.0",
                         bundle.Name + " " + bundle.Version + " " + bundle.License);
            Expect.Equal(Path.Combine(Toy.Folder, "bundle"), bundle.Folder);
            Expect.True(bundle.Has(Stage.Segmenter), "segmenter");
            bundle.Verify();
            Expect.Equal(8, bundle.Models.Count);
            Dictionary<Stage, ModelInfo> models = bundle.Models
                .Where(m => m.Variant != "swapped").ToDictionary(m => m.Stage);
            Expect.Equal(1.0, models[Stage.FaceDetector].Metrics["recall"]);
            Expect.Equal(256, models[Stage.FaceDetector].InputSize);
            Expect.Equal(64, models[Stage.FaceDetector].Sha256.Length);
            Expect.Equal("female male",
                         string.Join(" ", models[Stage.GenderClassifier].ClassNames));
            ModelInfo landmarks = models[Stage.LandmarkDetector];
            Expect.Equal("points", landmarks.Variant);
            Expect.Equal(LandmarkScheme.Ibug68, landmarks.LandmarkScheme);
            Expect.Equal(1.5f, landmarks.CropScale);
        }
    }

    private static Dictionary<string, byte[]> Files()
    {
        return Directory.GetFiles(Path.Combine(Toy.Folder, "bundle"))
            .ToDictionary(path => Path.GetFileName(path), path => File.ReadAllBytes(path));
    }

    /// Returns the toy bundle with one text in its manifest replaced.
    private static Bundle WithManifest(string text, string replacement)
    {
        Dictionary<string, byte[]> files = Files();
        string manifest = Encoding.UTF8.GetString(files["manifest.json"]);
        Expect.True(manifest.Contains(text), text);
        files["manifest.json"] = Encoding.UTF8.GetBytes(manifest.Replace(text, replacement));
        return Bundle.FromMemory(files);
    }

    public void WhatAManifestTellsOfSingleModels()
    {
        using (Bundle bundle = WithManifest("\"crop_scale\": 1.5",
            "\"crop_scale\": 1.5, \"min_confidence\": 0.25, \"mirror_average\": true"))
        {
            ModelInfo landmarks = bundle.Models.Single(m => m.Stage == Stage.LandmarkDetector);
            Expect.Near(0.25, landmarks.MinConfidence, 1e-9);
            Expect.Equal(Stage.LandmarkDetector, bundle.Models.Single(m => m.MirrorAverage).Stage);
        }
        using (Bundle bundle = WithManifest("\"recall\": 1.0\n      }",
            "\"recall\": 1.0\n      }, \"largest_face\": 120"))
            Expect.Equal(120.0, bundle.Models.Single(m => m.Stage == Stage.FaceDetector).LargestFace);
    }

    public void TrainingArtifacts()
    {
        using (Bundle bundle = Toy.Bundle()) Expect.Equal(0, bundle.Artifacts.Count);
        string artifact = "{\"discriminator_male\": {\"file\": \"judge.pt\", \"sha256\": \"" +
            new string('0', 64) + "\", \"size_bytes\": 7}}";
        using (Bundle bundle = WithManifest("\"schema_version\": 1",
            "\"schema_version\": 1, \"training_artefacts\": " + artifact))
        {
            ArtifactInfo found = bundle.Artifacts.Single();
            Expect.Equal("discriminator_male  judge.pt",
                         found.Name + " " + found.Variant + " " + found.File);
            Expect.Equal(new string('0', 64), found.Sha256);
            Expect.Equal(7UL, found.SizeBytes);
        }
    }

    public void ABundleFromMemory()
    {
        Dictionary<string, byte[]> files = Files();
        using (Bundle bundle = Bundle.FromMemory(files))
        using (var reconstructor = new Reconstructor(bundle))
        {
            bundle.Verify();
            Expect.Equal("", bundle.Folder);
            Expect.Color(Toy.Mouth(reconstructor.Reconstruct(Toy.Photo(), Toy.Pasted()).Photo),
                          0, 255, 0);
        }
        files["segmenter.pt"][0] ^= 1;
        using (Bundle bundle = Bundle.FromMemory(files))
            Expect.Error(Status.HashMismatch, "segmenter.pt", () => bundle.Verify());
    }

    public void VariantsAndLimits()
    {
        using (Bundle bundle = Toy.Bundle())
        using (Bundle swapped = bundle.WithVariant("swapped"))
        using (var reconstructor = new Reconstructor(swapped))
        {
            Expect.Equal("swapped", bundle.Variants.Single());
            Expect.Equal("", bundle.Variant);
            Expect.Equal("swapped", swapped.Variant);
            Expect.Color(Toy.Mouth(reconstructor.Reconstruct(Toy.Photo(), Toy.Pasted()).Photo),
                          255, 255, 0);
            Expect.Error(Status.InvalidArgument, "swapped", () => bundle.WithVariant("other"));
        }
        Expect.Error(Status.BundleInvalid, "", () => new Bundle(
            Path.Combine(Toy.Folder, "bundle"), new BundleLimits { MaxFileBytes = 100 }));
        Expect.Error(Status.BundleInvalid, "", () => new Bundle(
            Path.Combine(Toy.Folder, "bundle"), new BundleLimits { MaxTotalBytes = 5000 }));
        var small = new BundleLimits { MaxFileBytes = 100 };
        Expect.Error(Status.BundleInvalid, "", () => Bundle.FromMemory(Files(), small));
        Expect.Error(Status.BundleInvalid, "", () => Bundle.OpenDefault(small));
    }

    public void TheDefaultBundle()
    {
        using (var bundle = new Bundle()) Expect.Equal("toy", bundle.Name);  // From DEMASK_MODELS.
        using (var bundle = Bundle.OpenDefault(null)) Expect.Equal("toy", bundle.Name);
    }

    public void ADisposedBundleIsNotUsed()
    {
        Bundle bundle = Toy.Bundle();
        bundle.Dispose();
        bundle.Dispose();
        Expect.Throws<ObjectDisposedException>(() => bundle.Verify());
    }

    public void LogMessages()
    {
        var messages = new List<string>();
        Log.SetCallback((level, message) =>
        {
            messages.Add(level + " " + message);
            throw new Exception("goes no further");
        });
        Toy.Bundle().Dispose();
        GC.Collect();
        Expect.Error(Status.BundleNotFound, "", () => new Bundle("/nowhere"));
        Log.SetCallback(null);
        Toy.Bundle().Dispose();
        Expect.Equal(2, messages.Count);
        Expect.True(messages[0].StartsWith("Info bundle toy"), messages[0]);
        Expect.True(messages[1].StartsWith("Error "), messages[1]);
    }
}
