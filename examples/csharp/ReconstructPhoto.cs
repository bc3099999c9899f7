// SPDX-License-Identifier: Apache-2.0

// Reconstructs the faces under the masks of a photo, and prints what happened to each face.
//
//   ReconstructPhoto PHOTO OUTPUT
//
// A painted face is a plausible guess and identifies no one.
using System;
using Demask;

internal static class ReconstructPhoto
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2)
        {
            Console.Error.WriteLine("usage: ReconstructPhoto PHOTO OUTPUT");
            return 2;
        }
        try
        {
            // Uses the default models; new Bundle("folder") opens others.
            using (var reconstructor = new Reconstructor())
            {
                Result result = reconstructor.ReconstructFile(arguments[0], arguments[1]);
                foreach (Face face in result.Faces)
                    Console.WriteLine(face.Status + " at " + face.Box.X + ", " + face.Box.Y);
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
