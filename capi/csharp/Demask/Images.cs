// SPDX-License-Identifier: Apache-2.0
using System;
using System.Drawing;
using System.Runtime.InteropServices;
using Imaging = System.Drawing.Imaging;

namespace Demask
{
    /// <summary>Pixels in managed memory, in rows without padding.</summary>
    public sealed class Pixels
    {
        /// <param name="data">width x height pixels of 1, 3 or 4 bytes; not copied.</param>
        public Pixels(int width, int height, PixelFormat format, byte[] data)
        {
            if (data == null) throw new ArgumentNullException("data");
            if (width < 1 || height < 1 ||
                data.LongLength != (long)width * height * Channels(format))
                throw new DemaskException(
                    Status.InvalidImage,
                    "pixels: " + data.LongLength + " bytes do not fit a " + width + " x " + height +
                    " image of " + format + "; pass an array of the right size");
            Width = width;
            Height = height;
            Format = format;
            Data = data;
        }

        public int Width { get; private set; }
        public int Height { get; private set; }
        public PixelFormat Format { get; private set; }
        public byte[] Data { get; private set; }
        /// <summary>Bytes from one row to the next.</summary>
        public int Stride { get { return Width * Channels(Format); } }

        /// <summary>The channels of a pixel, in the order of the format.</summary>
        public byte[] At(int x, int y)
        {
            var pixel = new byte[Channels(Format)];
            Array.Copy(Data, (long)y * Stride + x * pixel.Length, pixel, 0, pixel.Length);
            return pixel;
        }

        /// <summary>Returns a copy in another pixel format. Alpha is dropped, or set to 255 if it
        /// is new.</summary>
        public Pixels Convert(PixelFormat format)
        {
            using (var view = new PixelsView(this))
            {
                ImageHandle image;
                Library.Check(Native.demask_image_convert(ref view.View, (int)format, out image));
                return OfHandle(image);
            }
        }

        /// <summary>Returns a copy as a bitmap of 24 bits per pixel, or of 32 with alpha.</summary>
        public Bitmap ToBitmap()
        {
            bool hasAlpha = Channels(Format) == 4;
            Pixels source = Convert(hasAlpha ? PixelFormat.Bgra : PixelFormat.Bgr);
            var bitmap = new Bitmap(Width, Height, BitmapView.FormatOf(hasAlpha));
            Imaging.BitmapData locked = bitmap.LockBits(
                new Rectangle(0, 0, Width, Height), Imaging.ImageLockMode.WriteOnly,
                bitmap.PixelFormat);
            try
            {
                for (int y = 0; y < Height; ++y)
                    Marshal.Copy(source.Data, y * source.Stride,
                                 new IntPtr(locked.Scan0.ToInt64() + (long)y * locked.Stride),
                                 source.Stride);
            }
            finally
            {
                bitmap.UnlockBits(locked);
            }
            return bitmap;
        }

        /// <summary>Decodes an image file to RGB, RGBA or gray, upright.</summary>
        /// <param name="maxPixels">Images with more pixels are refused; 0 for the default of 100
        /// megapixels.</param>
        public static Pixels Read(string path, long maxPixels = 0)
        {
            Library.Require();
            ImageHandle image;
            Library.Check(Native.demask_image_read(Utf8.Bytes(path), maxPixels, out image));
            return OfHandle(image);
        }

        /// <summary>Decodes the bytes of an image file to RGB, RGBA or gray, upright; error
        /// messages call the image `name`.</summary>
        public static Pixels Decode(byte[] bytes, string name = "image", long maxPixels = 0)
        {
            Library.Require();
            ImageHandle image;
            Library.Check(Native.demask_image_decode(
                bytes, (UIntPtr)bytes.LongLength, Utf8.Bytes(name), maxPixels, out image));
            return OfHandle(image);
        }

        internal static int Channels(PixelFormat format)
        {
            return format == PixelFormat.Gray ? 1
                : format == PixelFormat.Rgb || format == PixelFormat.Bgr ? 3 : 4;
        }

        /// Copies an image of the library and frees it.
        internal static Pixels OfHandle(ImageHandle image)
        {
            using (image)
            {
                NativeImageView view = ImageView.Empty;
                Library.Check(Native.demask_image_get_view(image, ref view));
                return OfView(view);
            }
        }

        /// Copies pixels that belong to the library; null if there is no image.
        internal static Pixels OfView(NativeImageView view)
        {
            if (view.data == IntPtr.Zero) return null;
            var format = (PixelFormat)view.format;
            int row = view.width * Channels(format);
            var data = new byte[(long)row * view.height];
            for (int y = 0; y < view.height; ++y)
                Marshal.Copy(new IntPtr(view.data.ToInt64() + y * view.stride), data, y * row, row);
            return new Pixels(view.width, view.height, format, data);
        }
    }

    /// <summary>An image to pass to the library: pixels in managed memory, or a bitmap.</summary>
    public abstract class ImageSource
    {
        public static implicit operator ImageSource(Pixels pixels)
        {
            return pixels == null ? null : new PixelsSource { Pixels = pixels };
        }

        public static implicit operator ImageSource(Bitmap bitmap)
        {
            return bitmap == null ? null : new BitmapSource { Bitmap = bitmap };
        }

        internal abstract ImageView Open();

        private sealed class PixelsSource : ImageSource
        {
            internal Pixels Pixels;
            internal override ImageView Open() { return new PixelsView(Pixels); }
        }

        private sealed class BitmapSource : ImageSource
        {
            internal Bitmap Bitmap;
            internal override ImageView Open() { return new BitmapView(Bitmap); }
        }
    }

    /// An image that stays pinned in memory until it is disposed of.
    internal abstract class ImageView : IDisposable
    {
        internal NativeImageView View = Empty;

        internal static NativeImageView Empty
        {
            get
            {
                return new NativeImageView { struct_size = Struct.SizeOf<NativeImageView>() };
            }
        }

        internal static ImageView Of(ImageSource source, string name)
        {
            if (source == null) throw new ArgumentNullException(name);
            return source.Open();
        }

        public abstract void Dispose();
    }

    internal sealed class PixelsView : ImageView
    {
        private readonly Pins pins = new Pins();

        internal PixelsView(Pixels pixels) { View = ToNative(pixels, pins); }

        internal static NativeImageView ToNative(Pixels pixels, Pins pins)
        {
            NativeImageView view = Empty;
            view.data = pins.Add(pixels.Data);
            view.width = pixels.Width;
            view.height = pixels.Height;
            view.stride = pixels.Stride;
            view.format = (int)pixels.Format;
            return view;
        }

        public override void Dispose() { pins.Dispose(); }
    }

    /// The locked bits of a bitmap: BGR or BGRA in memory, rows padded to four bytes.
    internal sealed class BitmapView : ImageView
    {
        private readonly Bitmap bitmap;
        private readonly Imaging.BitmapData locked;
        private readonly Pins flipped = new Pins();

        internal BitmapView(Bitmap bitmap)
        {
            bool hasAlpha = Image.IsAlphaPixelFormat(bitmap.PixelFormat);
            this.bitmap = bitmap;
            // Locking converts any other format, palettes included.
            locked = bitmap.LockBits(new Rectangle(0, 0, bitmap.Width, bitmap.Height),
                                     Imaging.ImageLockMode.ReadOnly, FormatOf(hasAlpha));
            View.data = locked.Scan0;
            View.width = locked.Width;
            View.height = locked.Height;
            View.stride = locked.Stride;
            View.format = (int)(hasAlpha ? PixelFormat.Bgra : PixelFormat.Bgr);
            if (locked.Stride < 0) CopyUpright();
        }

        internal static Imaging.PixelFormat FormatOf(bool hasAlpha)
        {
            return hasAlpha ? Imaging.PixelFormat.Format32bppArgb
                : Imaging.PixelFormat.Format24bppRgb;
        }

        public override void Dispose()
        {
            flipped.Dispose();
            bitmap.UnlockBits(locked);
        }

        /// Handles the negative stride of a bitmap whose rows lie bottom up in memory.
        private void CopyUpright()
        {
            int row = -locked.Stride;
            var rows = new byte[(long)row * locked.Height];
            for (int y = 0; y < locked.Height; ++y)
                Marshal.Copy(new IntPtr(locked.Scan0.ToInt64() + (long)y * locked.Stride), rows,
                             y * row, row);
            View.data = flipped.Add(rows);
            View.stride = row;
        }
    }

    /// <summary>How an image file is encoded, and which metadata it gets.</summary>
    public sealed class EncodeOptions
    {
        public EncodeOptions()
        {
            Library.Require();
            var from = new NativeEncodeOptions
            {
                struct_size = Struct.SizeOf<NativeEncodeOptions>()
            };
            Library.Check(Native.demask_encode_default_options(ref from));
            JpegQuality = from.jpeg_quality;
            Synthetic = from.synthetic != 0;
        }

        /// <summary>Quality of JPEG, WebP, HEIC and AVIF files, 1 to 100.</summary>
        public int JpegQuality { get; set; }
        /// <summary>Whether to mark the file like ImageFile.MarkAsSynthetic().</summary>
        public bool Synthetic { get; set; }
        /// <summary>An image file whose metadata is carried over; null for none.</summary>
        public string MetadataSource { get; set; }
        /// <summary>The image file that the picture was decoded from; null if unknown. A WebP file
        /// made from a lossless one is lossless. With Changed, a PNG or TIFF file made from one of
        /// 16 bits per channel has 16 bits.</summary>
        public string PixelSource { get; set; }
        /// <summary>Which pixels differ from a PixelSource of 16 bits, such as Result.Changed: gray,
        /// of the picture's size; or null. Where it is 0, the file gets the source's own 16-bit
        /// values.</summary>
        public Pixels Changed { get; set; }

        internal NativeEncodeOptions ToNative(Pins pins)
        {
            return new NativeEncodeOptions
            {
                struct_size = Struct.SizeOf<NativeEncodeOptions>(),
                jpeg_quality = JpegQuality,
                synthetic = Synthetic ? 1 : 0,
                metadata_source = pins.Add(Utf8.Bytes(MetadataSource)),
                pixel_source = pins.Add(Utf8.Bytes(PixelSource)),
                changed = Changed == null
                    ? IntPtr.Zero
                    : pins.Add(new[] { PixelsView.ToNative(Changed, pins) })
            };
        }
    }

    /// <summary>Functions that write and mark image files.</summary>
    public static class ImageFile
    {
        /// <summary>Encodes an image in the format that the extension of the path names. The
        /// finished file is renamed into place. Set Synthetic for every file that you make from a
        /// reconstruction.</summary>
        public static void Write(string path, ImageSource image, EncodeOptions options = null)
        {
            Library.Require();
            using (var pins = new Pins())
            using (ImageView view = ImageView.Of(image, "image"))
            {
                NativeEncodeOptions native = (options ?? new EncodeOptions()).ToNative(pins);
                Library.Check(
                    Native.demask_image_write(Utf8.Bytes(path), ref view.View, ref native));
            }
        }

        /// <summary>Marks a finished file as a composite with parts that a model painted.</summary>
        /// <param name="source">An image file whose metadata is carried over, or null.</param>
        public static void MarkAsSynthetic(string target, string source = null)
        {
            Library.Require();
            Library.Check(Native.demask_mark_as_synthetic(Utf8.Bytes(target), Utf8.Bytes(source)));
        }

        /// <summary>Returns whether a file is marked as MarkAsSynthetic() does.</summary>
        public static bool IsMarkedAsSynthetic(string path)
        {
            Library.Require();
            int marked;
            Library.Check(Native.demask_is_marked_as_synthetic(Utf8.Bytes(path), out marked));
            return marked != 0;
        }
    }
}
