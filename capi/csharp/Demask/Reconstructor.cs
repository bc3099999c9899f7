// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;

namespace Demask
{
    /// <summary>Outcome of one photo of a batch: a result or an error.</summary>
    public sealed class BatchResult
    {
        public Result Result { get; internal set; }
        public DemaskException Error { get; internal set; }
    }

    /// <summary>Finds masked faces and paints what the masks hide: a plausible guess, never an
    /// identification. Any number of threads may call one object at once. A model is loaded when it
    /// is first needed.</summary>
    public sealed class Reconstructor : IDisposable
    {
        internal readonly ReconstructorHandle Handle;

        /// <param name="bundle">It may be disposed of afterward; null for the default
        /// bundle.</param>
        public Reconstructor(Bundle bundle = null, RuntimeOptions options = null)
        {
            Bundle source = bundle ?? new Bundle();
            try
            {
                using (var pins = new Pins())
                {
                    NativeRuntimeOptions native = (options ?? new RuntimeOptions()).ToNative(pins);
                    Library.Check(Native.demask_reconstructor_create(
                        source.Handle, ref native, out Handle));
                }
            }
            finally
            {
                if (bundle == null) source.Dispose();
            }
        }

        /// <summary>Loads every model that is not yet loaded, so that no later call has to wait for
        /// it.</summary>
        public void LoadAll() { Library.Check(Native.demask_reconstructor_load_all(Handle)); }

        /// <summary>Reconstructs one photo. If it has no faces, neither has the result.</summary>
        public Result Reconstruct(ImageSource photo, ReconstructOptions options = null)
        {
            using (ImageView view = ImageView.Of(photo, "photo"))
            using (var call = new ReconstructCall(options))
            {
                ResultHandle result;
                call.Check(Native.demask_reconstruct_view(
                    Handle, ref view.View, ref call.Native, out result));
                return Result.Of(result);
            }
        }

        /// <summary>Reconstructs the photo in one file and writes another file, or replaces the
        /// input. The output appears whole or not at all, keeps the metadata of the input and, if a
        /// face was reconstructed, is marked as synthetic.</summary>
        public Result ReconstructFile(string input, string output,
                                      ReconstructOptions options = null,
                                      EncodeOptions encoding = null)
        {
            using (var pins = new Pins())
            using (var call = new ReconstructCall(options))
            {
                NativeEncodeOptions encode = (encoding ?? new EncodeOptions()).ToNative(pins);
                ResultHandle result;
                call.Check(Native.demask_reconstruct_file(
                    Handle, Utf8.Bytes(input), Utf8.Bytes(output), ref call.Native, ref encode,
                    out result));
                return Result.Of(result);
            }
        }

        /// <summary>Reconstructs many photos; faces of several photos share a batch of each
        /// network. The options Mask, Boxes and Landmarks must not be set.</summary>
        public IList<BatchResult> ReconstructBatch(IList<ImageSource> photos,
                                                   ReconstructOptions options = null)
        {
            var views = new List<ImageView>();
            try
            {
                foreach (ImageSource photo in photos) views.Add(ImageView.Of(photo, "photos"));
                using (var call = new ReconstructCall(options))
                {
                    BatchHandle batch;
                    call.Check(Native.demask_reconstruct_batch(
                        Handle, views.Select(view => view.View).ToArray(), views.Count,
                        ref call.Native, out batch));
                    using (batch)
                        return Enumerable.Range(0, views.Count)
                            .Select(index => ResultOf(batch, index)).ToList();
                }
            }
            finally
            {
                foreach (ImageView view in views) view.Dispose();
            }
        }

        public void Dispose() { Handle.Dispose(); }

        private static BatchResult ResultOf(BatchHandle batch, int index)
        {
            try
            {
                IntPtr result;
                Library.Check(Native.demask_batch_result(batch, index, out result));
                return new BatchResult { Result = new Result(result) };
            }
            catch (DemaskException error)
            {
                return new BatchResult { Error = error };
            }
        }
    }
}
