// SPDX-License-Identifier: Apache-2.0

// Reconstructs the faces under the masks of a bitmap, as a GUI program would, and prints progress.
//
//   ReconstructBitmap PHOTO OUTPUT
//
// A painted face is a plausible guess and identifies no one.
using System;
using System.Drawing;
using Demask;

internal static class ReconstructBitmap
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: ReconstructBitmap PHOTO OUTPUT");
            return 2;
        }
        try
        {
            using (var photo = new Bitmap(arguments[0]))
            using (var reconstructor = new Reconstructor())
            {
                var options = new ReconstructOptions
                {
                    Progress = (step, done, total) =>
                        Console.Error.WriteLine(step + ": " + done + " of " + total)
                };
                Result result = reconstructor.Reconstruct(photo, options);
                foreach (Face face in result.Faces)
                    Console.WriteLine(face.Status + " at " + face.Box.X + ", " + face.Box.Y);
                // Marks the file as partly made by a model; Bitmap.Save() would not.
                ImageFile.Write(arguments[1], result.Photo, new EncodeOptions { Synthetic = true });
            }
            return 0;
        }
        catch (DemaskException error)
        {
            Console.Error.WriteLine(error.Status + ": " + error.Message);
            return 1;
        }
    }
}
