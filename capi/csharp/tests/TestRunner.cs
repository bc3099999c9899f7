// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Demask;

/// Runs every public method of the test classes and prints which of them failed.
internal static class TestRunner
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 4)
        {
            Console.Error.WriteLine("usage: Tests TOY WORK CAPI_SOURCE LIBRARY");
            return 2;
        }
        Toy.Folder = arguments[0];
        Toy.Work = arguments[1];
        Toy.CapiSource = arguments[2];
        Library.Load(arguments[3]);
        return RunAll();
    }

    private static int RunAll()
    {
        int failed = new object[]
        {
            new AbiTest(), new ImageTest(), new BundleTest(), new ReconstructTest(),
            new StageTest(), new VideoTest()
        }.Sum(RunAll);
        Console.WriteLine(failed + " failed");
        return failed == 0 ? 0 : 1;
    }

    private static int RunAll(object test)
    {
        const BindingFlags own =
            BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        return test.GetType().GetMethods(own).Count(method => !Passes(test, method));
    }

    private static bool Passes(object test, MethodInfo method)
    {
        string name = test.GetType().Name + "." + method.Name;
        try
        {
            method.Invoke(test, null);
            Console.WriteLine("ok " + name);
            return true;
        }
        catch (TargetInvocationException error)
        {
            Console.WriteLine("FAILED " + name + "\n" + error.InnerException);
            return false;
        }
    }
}

/// Assertions of the tests.
internal static class Expect
{
    internal static void True(bool condition, string what)
    {
        if (!condition) throw new Exception("not true: " + what);
    }

    internal static void Equal<T>(T expected, T found, string what = "value")
    {
        if (!EqualityComparer<T>.Default.Equals(expected, found))
            throw new Exception(what + ": is " + found + ", not " + expected);
    }

    internal static void Near(double expected, double found, double tolerance)
    {
        if (!(Math.Abs(expected - found) <= tolerance))
            throw new Exception("is " + found + ", not " + expected);
    }

    internal static void Color(byte[] found, params int[] expected)
    {
        Equal(string.Join(" ", expected), string.Join(" ", found), "color");
    }

    internal static void Error(Status status, string text, Action call)
    {
        try
        {
            call();
        }
        catch (DemaskException error)
        {
            Equal(status, error.Status, "status");
            True(error.Message.Contains(text), "'" + error.Message + "' has '" + text + "'");
            return;
        }
        throw new Exception("no error " + status);
    }

    internal static void Throws<T>(Action call) where T : Exception
    {
        try { call(); }
        catch (T) { return; }
        throw new Exception("no " + typeof(T).Name);
    }
}
