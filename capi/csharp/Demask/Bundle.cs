// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace Demask
{
    /// <summary>A model as the manifest describes it.</summary>
    public sealed class ModelInfo
    {
        public Stage Stage { get; internal set; }
        /// <summary>Such as "semantic" or "points"; for inpainters, the name of their set, "" for
        /// the default one.</summary>
        public string Variant { get; internal set; }
        public string File { get; internal set; }
        public string Sha256 { get; internal set; }
        public ulong SizeBytes { get; internal set; }
        public string License { get; internal set; }
        public string TrainingData { get; internal set; }
        public int InputSize { get; internal set; }
        public LandmarkScheme LandmarkScheme { get; internal set; }
        public float Threshold { get; internal set; }
        public float CropScale { get; internal set; }
        public IList<string> ClassNames { get; internal set; }
        public IDictionary<string, double> Metrics { get; internal set; }
        /// <summary>Landmark detector: mean confidence of a face's points, in [0, 1], below which
        /// the face is not painted.</summary>
        public double MinConfidence { get; internal set; }
        /// <summary>Face detector: longest side of a face, in pixels of the scaled photo, that the
        /// network was trained to find; larger faces are searched for at half the size. 0: all
        /// sizes at once.</summary>
        public double LargestFace { get; internal set; }
        /// <summary>Landmark detector, gender classifier: whether the outputs for the face and its
        /// mirror image are averaged.</summary>
        public bool MirrorAverage { get; internal set; }
    }

    /// <summary>A discriminator that inpainters of a bundle were trained against, kept so that
    /// training can continue. It is never loaded, and a copy of the bundle may lack its
    /// file.</summary>
    public sealed class ArtifactInfo
    {
        /// <summary>"discriminator_female" or "discriminator_male".</summary>
        public string Name { get; internal set; }
        /// <summary>The set of inpainters that it belongs to; "" for the default one.</summary>
        public string Variant { get; internal set; }
        public string File { get; internal set; }
        public string Sha256 { get; internal set; }
        public ulong SizeBytes { get; internal set; }
    }

    /// <summary>How large the model files of a bundle may be.</summary>
    public sealed class BundleLimits
    {
        public BundleLimits()
        {
            Library.Require();
            var from = new NativeBundleLimits { struct_size = Struct.SizeOf<NativeBundleLimits>() };
            Library.Check(Native.demask_bundle_default_limits(ref from));
            MaxFileBytes = from.max_file_bytes;
            MaxTotalBytes = from.max_total_bytes;
        }

        /// <summary>Maximum size of one file.</summary>
        public ulong MaxFileBytes { get; set; }
        /// <summary>Maximum size of all files together.</summary>
        public ulong MaxTotalBytes { get; set; }

        internal NativeBundleLimits ToNative()
        {
            return new NativeBundleLimits
            {
                struct_size = Struct.SizeOf<NativeBundleLimits>(),
                max_file_bytes = MaxFileBytes,
                max_total_bytes = MaxTotalBytes
            };
        }
    }

    /// <summary>A set of models, which are read and checked when they are needed. Objects that were
    /// loaded from a bundle stay usable after it is disposed of. Any number of threads may use one
    /// bundle at once.</summary>
    public sealed class Bundle : IDisposable
    {
        internal readonly BundleHandle Handle;

        /// <summary>Opens the default bundle: the folder that the environment variable
        /// DEMASK_MODELS names, the one of the installed library, or the one in its source
        /// tree.</summary>
        public Bundle()
        {
            Library.Require();
            Library.Check(Native.demask_bundle_open_default(out Handle));
        }

        /// <summary>Opens the default bundle with your own limits; null for the
        /// defaults.</summary>
        public static Bundle OpenDefault(BundleLimits limits)
        {
            NativeBundleLimits native = (limits ?? new BundleLimits()).ToNative();
            BundleHandle handle;
            Library.Check(Native.demask_bundle_open_default_limited(ref native, out handle));
            return new Bundle(handle);
        }

        /// <summary>Opens the bundle in a folder.</summary>
        public Bundle(string folder, BundleLimits limits = null)
        {
            NativeBundleLimits native = (limits ?? new BundleLimits()).ToNative();
            Library.Check(
                Native.demask_bundle_open_limited(Utf8.Bytes(folder), ref native, out Handle));
        }

        private Bundle(BundleHandle handle) { Handle = handle; }

        /// <summary>Makes a bundle from the contents of files by their names; one must be
        /// manifest.json.</summary>
        public static Bundle FromMemory(IDictionary<string, byte[]> files,
                                        BundleLimits limits = null)
        {
            Library.Require();
            NativeBundleLimits native = (limits ?? new BundleLimits()).ToNative();
            using (var pins = new Pins())
            {
                IntPtr[] names = files.Keys.Select(name => pins.Add(Utf8.Bytes(name))).ToArray();
                IntPtr[] contents = files.Values.Select(bytes => pins.Add(bytes)).ToArray();
                UIntPtr[] sizes =
                    files.Values.Select(bytes => (UIntPtr)bytes.LongLength).ToArray();
                BundleHandle handle;
                Library.Check(Native.demask_bundle_from_memory_limited(
                    names, contents, sizes, files.Count, ref native, out handle));
                return new Bundle(handle);
            }
        }

        public string Name { get { return Utf8.Text(Native.demask_bundle_name(Handle)); } }
        public string Version { get { return Utf8.Text(Native.demask_bundle_version(Handle)); } }
        public string License { get { return Utf8.Text(Native.demask_bundle_license(Handle)); } }
        /// <summary>Folder of the bundle; "" for a bundle from memory.</summary>
        public string Folder { get { return Utf8.Text(Native.demask_bundle_folder(Handle)); } }

        /// <summary>Names of the sets of inpainters besides the default one.</summary>
        public IList<string> Variants
        {
            get
            {
                int count = Native.demask_bundle_variant_count(Handle);
                return Enumerable.Range(0, count).Select(VariantName).ToList();
            }
        }

        /// <summary>The set of inpainters that is chosen; "" for the default one.</summary>
        public string Variant { get { return Utf8.Text(Native.demask_bundle_variant(Handle)); } }

        /// <summary>Returns this bundle with another set of inpainters chosen; "" for the default
        /// set.</summary>
        public Bundle WithVariant(string name)
        {
            BundleHandle chosen;
            Library.Check(
                Native.demask_bundle_with_variant(Handle, Utf8.Bytes(name), out chosen));
            return new Bundle(chosen);
        }

        /// <summary>Whether the bundle has a model for the stage.</summary>
        public bool Has(Stage stage) { return Native.demask_bundle_has(Handle, (int)stage) != 0; }

        /// <summary>Reads every model file and compares its hash.</summary>
        public void Verify() { Library.Check(Native.demask_bundle_verify(Handle)); }

        /// <summary>The models in the manifest's order.</summary>
        public IList<ModelInfo> Models
        {
            get
            {
                int count = Native.demask_bundle_model_count(Handle);
                return Enumerable.Range(0, count).Select(Model).ToList();
            }
        }

        /// <summary>The training artifacts, in the manifest's order.</summary>
        public IList<ArtifactInfo> Artifacts
        {
            get
            {
                int count = Native.demask_bundle_artifact_count(Handle);
                return Enumerable.Range(0, count).Select(Artifact).ToList();
            }
        }

        public void Dispose() { Handle.Dispose(); }

        private ModelInfo Model(int index)
        {
            var info = new NativeModelInfo { struct_size = Struct.SizeOf<NativeModelInfo>() };
            Library.Check(Native.demask_bundle_model(Handle, index, ref info));
            return new ModelInfo
            {
                Stage = (Stage)info.stage,
                Variant = Utf8.Text(info.variant),
                File = Utf8.Text(info.file),
                Sha256 = Utf8.Text(info.sha256),
                SizeBytes = info.size_bytes,
                License = Utf8.Text(info.license),
                TrainingData = Utf8.Text(info.training_data),
                InputSize = info.input_size,
                LandmarkScheme = (LandmarkScheme)info.landmark_scheme,
                Threshold = info.threshold,
                CropScale = info.crop_scale,
                ClassNames = Enumerable.Range(0, info.class_name_count)
                    .Select(i => ClassName(index, i)).ToList(),
                Metrics = Enumerable.Range(0, info.metric_count)
                    .Select(i => Metric(index, i)).ToDictionary(m => m.Key, m => m.Value),
                MinConfidence = info.min_confidence,
                LargestFace = info.largest_face,
                MirrorAverage = info.mirror_average != 0
            };
        }

        private ArtifactInfo Artifact(int index)
        {
            var info = new NativeArtifactInfo { struct_size = Struct.SizeOf<NativeArtifactInfo>() };
            Library.Check(Native.demask_bundle_artifact(Handle, index, ref info));
            return new ArtifactInfo
            {
                Name = Utf8.Text(info.name),
                Variant = Utf8.Text(info.variant),
                File = Utf8.Text(info.file),
                Sha256 = Utf8.Text(info.sha256),
                SizeBytes = info.size_bytes
            };
        }

        private string VariantName(int index)
        {
            IntPtr name;
            Library.Check(Native.demask_bundle_variant_name(Handle, index, out name));
            return Utf8.Text(name);
        }

        private string ClassName(int model, int index)
        {
            IntPtr name;
            Library.Check(Native.demask_bundle_class_name(Handle, model, index, out name));
            return Utf8.Text(name);
        }

        private KeyValuePair<string, double> Metric(int model, int index)
        {
            IntPtr key;
            double value;
            Library.Check(Native.demask_bundle_metric(Handle, model, index, out key, out value));
            return new KeyValuePair<string, double>(Utf8.Text(key), value);
        }
    }
}
