// SPDX-License-Identifier: Apache-2.0
using System;
using System.Drawing;
using System.Drawing.Imaging;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Demask;

/// Pixels and bitmaps as input and output.
internal sealed class ImageTest
{
    // A width of 5 pads the rows of a 24-bit bitmap from 15 to 16 bytes.
    private static Bitmap Small(System.Drawing.Imaging.PixelFormat format)
    {
        var bitmap = new Bitmap(5, 3, format);
        for (int y = 0; y < 3; ++y)
            for (int x = 0; x < 5; ++x)
                bitmap.SetPixel(x, y, Color.FromArgb(255, 10 * x, 20 * y, 200));
        return bitmap;
    }

    /// Returns the pixels that the library reads from an image, by way of a file.
    private static Pixels Seen(ImageSource image)
    {
        string path = Path.Combine(Toy.Work, "seen.png");
        ImageFile.Write(path, image);
        return Pixels.Read(path);
    }

    public void StrideAndOrderOfBitmaps()
    {
        foreach (var format in new[]
        {
            System.Drawing.Imaging.PixelFormat.Format24bppRgb,
            System.Drawing.Imaging.PixelFormat.Format32bppRgb,
            System.Drawing.Imaging.PixelFormat.Format32bppArgb
        })
            using (Bitmap bitmap = Small(format))
            {
                Pixels seen = Seen(bitmap);
                Expect.Equal(5, seen.Width);
                Expect.Equal(3, seen.Height);
                for (int y = 0; y < 3; ++y)
                    for (int x = 0; x < 5; ++x)
                        Expect.Color(seen.At(x, y).Take(3).ToArray(), 10 * x, 20 * y, 200);
            }
    }

    public void AlphaOfBitmapsIsKept()
    {
        using (var bitmap = new Bitmap(2, 2, System.Drawing.Imaging.PixelFormat.Format32bppArgb))
        {
            bitmap.SetPixel(1, 0, Color.FromArgb(77, 1, 2, 3));
            Pixels seen = Seen(bitmap);
            Expect.Equal(Demask.PixelFormat.Rgba, seen.Format);
            Expect.Color(seen.At(1, 0), 1, 2, 3, 77);
        }
    }

    public void BitmapsOfAPalette()
    {
        using (var bitmap = new Bitmap(4, 4, System.Drawing.Imaging.PixelFormat.Format8bppIndexed))
        {
            ColorPalette palette = bitmap.Palette;
            palette.Entries[3] = Color.FromArgb(255, 9, 8, 7);
            bitmap.Palette = palette;
            BitmapData locked = bitmap.LockBits(new Rectangle(0, 0, 4, 4), ImageLockMode.WriteOnly,
                                                bitmap.PixelFormat);
            Marshal.WriteByte(locked.Scan0, locked.Stride + 2, 3);
            bitmap.UnlockBits(locked);
            Expect.Color(Seen(bitmap).At(2, 1), 9, 8, 7);
        }
    }

    public void BitmapsWithTheirRowsBottomUp()
    {
        const int row = 16;
        GCHandle memory = GCHandle.Alloc(new byte[3 * row], GCHandleType.Pinned);
        try
        {
            IntPtr start = memory.AddrOfPinnedObject();
            Marshal.WriteByte(start, 2 * row, 99);  // Blue of the last row in memory.
            using (var bitmap = new Bitmap(5, 3, -row,
                                           System.Drawing.Imaging.PixelFormat.Format24bppRgb,
                                           IntPtr.Add(start, 2 * row)))
                Expect.Color(Seen(bitmap).At(0, 0), 0, 0, 99);
        }
        finally
        {
            memory.Free();
        }
    }

    public void PixelsToBitmapAndBack()
    {
        Pixels photo = Toy.Photo();
        using (Bitmap bitmap = photo.ToBitmap())
        {
            Expect.Equal(Color.FromArgb(255, 250, 30, 30), bitmap.GetPixel(64, 110));
            Expect.True(Seen(bitmap).Data.SequenceEqual(photo.Data), "the photo is the same");
        }
        using (Bitmap bitmap = photo.Convert(Demask.PixelFormat.Rgba).ToBitmap())
            Expect.True(Image.IsAlphaPixelFormat(bitmap.PixelFormat), "alpha is kept");
        Expect.Color(Toy.Mouth(photo.Convert(Demask.PixelFormat.Bgr)), 30, 30, 250);
        Expect.Equal(1, photo.Convert(Demask.PixelFormat.Gray).At(0, 0).Length);
    }

    public void PixelsOfAnotherSizeAreRefused()
    {
        Expect.Error(Status.InvalidImage, "5 bytes",
                     () => new Pixels(2, 2, Demask.PixelFormat.Rgb, new byte[5]));
        Expect.Throws<ArgumentNullException>(() => Seen((Bitmap)null));
    }

    public void FilesAndMarks()
    {
        string path = Path.Combine(Toy.Work, "grün.jpg");
        ImageFile.Write(path, Toy.Photo(), new EncodeOptions { JpegQuality = 90 });
        Expect.True(!ImageFile.IsMarkedAsSynthetic(path), "no mark");
        ImageFile.MarkAsSynthetic(path);
        Expect.True(ImageFile.IsMarkedAsSynthetic(path), "mark");
        string copy = Path.Combine(Toy.Work, "copy.jpg");
        ImageFile.Write(copy, Toy.Photo(),
                        new EncodeOptions { Synthetic = true, MetadataSource = path });
        Expect.True(ImageFile.IsMarkedAsSynthetic(copy), "mark of the copy");
        ImageFile.MarkAsSynthetic(copy, path);
        var unchanged = new Pixels(256, 192, Demask.PixelFormat.Gray, new byte[256 * 192]);
        ImageFile.Write(
            Path.Combine(Toy.Work, "copy.png"), Toy.Photo(),
            new EncodeOptions { PixelSource = Toy.PhotoFile(), Changed = unchanged });
        Expect.Error(Status.UnreadableFile, "gone.png", () => ImageFile.Write(
            copy, Toy.Photo(), new EncodeOptions { PixelSource = "gone.png" }));
        Expect.Equal(256, Pixels.Decode(File.ReadAllBytes(path)).Width);
        Expect.Error(Status.ImageTooLarge, "", () => Pixels.Read(path, 100));
        Expect.Error(Status.UnreadableFile, "scan 3", () => Pixels.Decode(new byte[9], "scan 3"));
        Expect.Error(Status.InvalidArgument, "jpeg_quality", () => ImageFile.Write(
            path, Toy.Photo(), new EncodeOptions { JpegQuality = 0 }));
    }
}
