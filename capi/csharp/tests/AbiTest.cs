// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Demask;

/// Compares the assembly with the C header.
internal sealed class AbiTest
{
    private static readonly Assembly assembly = typeof(Library).Assembly;

    private static string Header
    {
        get
        {
            string text = File.ReadAllText(Path.Combine(Toy.CapiSource, "demask.h"));
            return Regex.Replace(text, @"/\*.*?\*/", "", RegexOptions.Singleline);
        }
    }

    /// "demask_image_view" is NativeImageView, "DEMASK_GENDER_UNDECIDED" ends with Undecided.
    private static string Pascal(string name)
    {
        return string.Concat(name.ToLowerInvariant().Split('_').Select(
            word => char.ToUpperInvariant(word[0]) + word.Substring(1)));
    }

    public void EveryFunctionOfTheHeaderIsDeclared()
    {
        var declared = Regex.Matches(Header, @"DEMASK_C_API[\w\s*]*?\b(demask_\w+)\(")
            .Cast<Match>().Select(match => match.Groups[1].Value);
        var known = assembly.GetType("Demask.Native")
            .GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(method => method.Name).Where(name => name.StartsWith("demask_"));
        Expect.Equal(string.Join("\n", declared.OrderBy(name => name)),
                     string.Join("\n", known.OrderBy(name => name)));
        Expect.True(declared.Count() > 70, "the header was read");
    }

    public void StructsHaveTheLayoutOfTheHeader()
    {
        string layout = File.ReadAllText(Path.Combine(Toy.CapiSource, "layout.cpp"));
        var sizes = Regex.Matches(layout, @"DEMASK_SIZE\(demask_(\w+), (\d+)\)").Cast<Match>();
        Expect.Equal(15, sizes.Count());
        foreach (Match size in sizes)
        {
            Type type = assembly.GetType("Demask.Native" + Pascal(size.Groups[1].Value), true);
            Expect.Equal(int.Parse(size.Groups[2].Value), Marshal.SizeOf(type), type.Name);
            var offsets = Regex.Matches(
                layout, @"DEMASK_FIELD\(demask_" + size.Groups[1].Value + @", (\w+), (\d+)\)");
            Expect.Equal(offsets.Count, type.GetFields().Length, "fields of " + type.Name);
            foreach (Match offset in offsets)
                Expect.Equal(int.Parse(offset.Groups[2].Value),
                             Marshal.OffsetOf(type, offset.Groups[1].Value).ToInt32(),
                             type.Name + "." + offset.Groups[1].Value);
        }
    }

    public void EveryValueOfTheHeaderIsKnown()
    {
        var enumerations = new Dictionary<string, Type>
        {
            { "LOG", typeof(LogLevel) }, { "PIXEL", typeof(PixelFormat) },
            { "STAGE", typeof(Stage) }, { "LANDMARKS", typeof(LandmarkScheme) },
            { "DTYPE", typeof(DType) }, { "GENDER", typeof(Gender) },
            { "BLEND", typeof(BlendMode) }, { "QUALITY", typeof(Quality) },
            { "FACES", typeof(FaceSelection) }, { "FACE", typeof(FaceStatus) },
            { "STEP", typeof(PipelineStep) }, { "EXPRESSION", typeof(Expression) },
            { "REFERENCE", typeof(ReferenceUse) },
            { "SEGMENTER", typeof(SegmenterInput) }, { "ERROR", typeof(Status) }
        };
        var values = Regex.Matches(Header, @"\bDEMASK_([A-Z]+)_(\w+) = (-?\d+)").Cast<Match>();
        Expect.True(values.Count() > 50, "the header was read");
        foreach (Match value in values)
        {
            object known = Enum.Parse(enumerations[value.Groups[1].Value],
                                      Pascal(value.Groups[2].Value));
            Expect.Equal(int.Parse(value.Groups[3].Value), (int)known, value.Value);
        }
        // DEMASK_OK does not follow the naming scheme.
        Expect.Equal(values.Count() + 1,
                     enumerations.Values.Sum(type => Enum.GetNames(type).Length));
    }

    public void VersionAndErrors()
    {
        Expect.True(Regex.IsMatch(Library.BuildInfo, @"^LibTorch \S+, with(out)? Exiv2, \S+$"),
                    Library.BuildInfo);
        Expect.True(Regex.IsMatch(Library.Version, @"^\d+\.\d+\.\d+$"), Library.Version);
        string project = File.ReadAllText(
            Path.Combine(Toy.CapiSource, "csharp", "Demask", "Demask.csproj"));
        string package = "<Version>" + Library.Version + "</Version>";
        Expect.True(project.Contains(package), "the project has " + package);
        Expect.Error(Status.BundleNotFound, "/nowhere", () => new Bundle("/nowhere"));
        Expect.Throws<DllNotFoundException>(() => Library.Load("/nowhere"));
    }
}
