#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reconstructs a photo with nothing but ctypes and the C library, and prints its faces.

    reconstruct_ctypes.py LIBRARY BUNDLE PHOTO OUTPUT

Exit codes: 0 a face was reconstructed, 1 error, 2 bad usage, 3 no worn mask was found.
"""

import ctypes
import os
import sys
from ctypes import POINTER, byref, c_char_p, c_float, c_int32, c_size_t, c_void_p

FACE_RECONSTRUCTED = 0


class Face(ctypes.Structure):
    """demask_face."""

    _fields_ = [
        ("struct_size", c_size_t),
        ("status", c_int32),
        ("box", c_float * 4),
        ("score", c_float),
        ("gender", c_int32),
        ("gender_probability", c_float),
        ("gender_uncertain", c_int32),
        ("has_landmarks", c_int32),
        ("has_mask", c_int32),
        ("has_aligned", c_int32),
        ("has_alternative", c_int32),
    ]


class Demask:
    """Declares the types of the functions that are used."""

    def __init__(self, path: str):
        self.library = ctypes.CDLL(path)
        self.library.demask_last_error.restype = c_char_p
        self.library.demask_face_status_name.restype = c_char_p
        self.library.demask_face_status_name.argtypes = [c_int32]
        self.library.demask_bundle_open.argtypes = [c_char_p, POINTER(c_void_p)]
        self.library.demask_reconstructor_create.argtypes = [c_void_p, c_void_p, POINTER(c_void_p)]
        self.library.demask_reconstruct_file.argtypes = [
            c_void_p, c_char_p, c_char_p, c_void_p, c_void_p, POINTER(c_void_p)]
        self.library.demask_result_face_count.argtypes = [c_void_p]
        self.library.demask_result_face.argtypes = [c_void_p, c_int32, POINTER(Face)]
        for name in ("bundle", "reconstructor", "result"):
            free = getattr(self.library, f"demask_{name}_free")
            free.argtypes = [c_void_p]
            free.restype = None

    def call(self, name: str, *arguments) -> None:
        if getattr(self.library, name)(*arguments) != 0:
            raise RuntimeError(f"{name}: {self.library.demask_last_error().decode()}")

    def faces(self, result: c_void_p) -> list:
        faces = []
        for index in range(self.library.demask_result_face_count(result)):
            face = Face(struct_size=ctypes.sizeof(Face))
            self.call("demask_result_face", result, index, byref(face))
            faces.append(face)
        return faces

    def reconstruct(self, bundle_folder: str, photo: str, output: str) -> list:
        bundle, reconstructor, result = c_void_p(), c_void_p(), c_void_p()
        try:
            self.call("demask_bundle_open", os.fsencode(bundle_folder), byref(bundle))
            self.call("demask_reconstructor_create", bundle, None, byref(reconstructor))
            self.call("demask_reconstruct_file", reconstructor, os.fsencode(photo),
                      os.fsencode(output), None, None, byref(result))
            return self.faces(result)
        finally:
            self.library.demask_result_free(result)
            self.library.demask_reconstructor_free(reconstructor)
            self.library.demask_bundle_free(bundle)


def main() -> int:
    if len(sys.argv) != 5:
        print(__doc__, file=sys.stderr)
        return 2
    demask = Demask(sys.argv[1])
    try:
        faces = demask.reconstruct(*sys.argv[2:])
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    for index, face in enumerate(faces):
        status = demask.library.demask_face_status_name(face.status).decode()
        x, y, width, height = face.box
        print(f"face {index}: {status} at {x:.0f} {y:.0f}, {width:.0f} x {height:.0f}")
    return 0 if any(face.status == FACE_RECONSTRUCTED for face in faces) else 3


if __name__ == "__main__":
    sys.exit(main())
