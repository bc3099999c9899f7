// SPDX-License-Identifier: Apache-2.0
using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Text;

namespace Demask
{
    /// <summary>A call of the library failed; the message names the thing, the reason and the
    /// remedy.</summary>
    public sealed class DemaskException : Exception
    {
        public DemaskException(Status status, string message) : base(message) { Status = status; }

        public Status Status { get; private set; }
    }

    /// <summary>The C library of this process.</summary>
    public static class Library
    {
        private const int LazyAndGlobal = 0x101;
        private static bool isChecked;

        [DllImport("libdl.so.2")]
        private static extern IntPtr dlopen(byte[] path, int flags);

        /// <summary>Loads the library from a file; call it before anything else. Without this call,
        /// the dynamic loader finds the library (LD_LIBRARY_PATH, the system's folders).</summary>
        public static void Load(string path)
        {
            // For a soname that is already loaded, the loader returns the loaded library.
            if (dlopen(Utf8.Bytes(path), LazyAndGlobal) == IntPtr.Zero)
                throw new DllNotFoundException(
                    path + ": does not load; name the file of " + Native.Name +
                    ", and install what it needs");
        }

        /// <summary>The version of the library, such as "0.2.0".</summary>
        public static string Version
        {
            get
            {
                Require();
                return Utf8.Text(Native.demask_version());
            }
        }

        /// <summary>What the library was built with and the license of this build, in one line,
        /// such as "LibTorch 1.13.0, with Exiv2, GPL-3.0-or-later".</summary>
        public static string BuildInfo
        {
            get
            {
                Require();
                return Utf8.Text(Native.demask_build_info());
            }
        }

        /// Throws DllNotFoundException if there is no library, or if it has another ABI version.
        internal static void Require()
        {
            if (isChecked) return;
            int version;
            try
            {
                version = Native.demask_abi_version();
            }
            catch (DllNotFoundException error)
            {
                throw new DllNotFoundException(
                    Native.Name + ": not found by the dynamic loader; install demask, add " +
                    "its folder to LD_LIBRARY_PATH, or call Library.Load() first", error);
            }
            if (version != Native.AbiVersion)
                throw new DllNotFoundException(
                    Native.Name + ": has ABI version " + version + ", this assembly needs " +
                    Native.AbiVersion + "; install both in one version");
            isChecked = true;
        }

        internal static void Check(Status status)
        {
            if (status != Status.Ok)
                throw new DemaskException(status, Utf8.Text(Native.demask_last_error()));
        }
    }

    /// <summary>Log messages of the library.</summary>
    public static class Log
    {
        // Kept alive because the library calls it until another one is set.
        private static LogCallback active;

        /// <summary>Sets the receiver of the log messages of this process; null for none. Messages
        /// arrive one at a time, on the threads that caused them. Exceptions of the receiver are
        /// ignored.</summary>
        public static void SetCallback(Action<LogLevel, string> receiver)
        {
            Library.Require();
            LogCallback next = null;
            if (receiver != null)
                next = (_, level, message) =>
                {
                    try { receiver((LogLevel)level, Utf8.Text(message)); }
                    catch (Exception) { }  // Nothing may pass through the library.
                };
            Library.Check(Native.demask_set_log_callback(next, IntPtr.Zero));
            active = next;
            GC.KeepAlive(active);
        }
    }

    internal static class Utf8
    {
        /// Converts text to UTF-8 with a terminating zero; null stays null.
        internal static byte[] Bytes(string text)
        {
            return text == null ? null : Encoding.UTF8.GetBytes(text + "\0");
        }

        internal static string Text(IntPtr text)
        {
            if (text == IntPtr.Zero) return "";
            var bytes = new List<byte>();
            for (byte b; (b = Marshal.ReadByte(text, bytes.Count)) != 0;) bytes.Add(b);
            return Encoding.UTF8.GetString(bytes.ToArray());
        }
    }

    /// Memory that stays pinned until the end of a call.
    internal sealed class Pins : IDisposable
    {
        private readonly List<GCHandle> handles = new List<GCHandle>();

        internal IntPtr Add(object array)
        {
            if (array == null) return IntPtr.Zero;
            handles.Add(GCHandle.Alloc(array, GCHandleType.Pinned));
            return handles[handles.Count - 1].AddrOfPinnedObject();
        }

        public void Dispose()
        {
            foreach (GCHandle handle in handles) handle.Free();
            handles.Clear();
        }
    }

    internal static class Struct
    {
        internal static UIntPtr SizeOf<T>() { return (UIntPtr)Marshal.SizeOf(typeof(T)); }
    }
}
