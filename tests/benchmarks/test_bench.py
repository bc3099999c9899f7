#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs demask-bench once and checks which figures it writes, not how large they are.

    test_bench.py BENCH BUNDLE DATASET PORTRAIT WORK
"""

import json
import math
import subprocess
import sys
import unittest
from pathlib import Path

# A mask with which the portrait's face is found at all the sizes that the benchmark uses.
SEED = 2

FIGURES = {
    "batch.scaling", "contention.ratio", "conv.efficiency", "copies", "lever.channels_last",
    "lever.crop_only", "lever.fixed_graph", "lever.freeze", "lever.inpainter_square", "lever.landmarks_square",
    "lever.optimize_for_inference", "lever.thread_per_caller", "load.ms", "ms.batch", "ms.clip",
    "ms.contended_one_thread", "ms.contended_two_threads", "ms.eight_variants", "ms.many_faces",
    "ms.many_faces_networks", "ms.one_caller", "ms.one_face", "ms.one_face_networks",
    "ms.peak_convolution", "ms.two_callers", "peak.gflops", "pipeline.fps_two_cores",
    "pipeline.gmac", "pipeline.overhead_1_face",
    "pipeline.overhead_8_faces", "pipeline.photos_a_second", "rss.mb", "rss.torch_mb",
    "threads.scaling", "variants.ratio_8",
}
# Figures that only processors with bfloat16 support have.
FIGURES_OF_BF16 = {
    "batch.scaling_bf16", "lever.bf16", "ms.batch_bf16", "ms.clip_bf16", "ms.one_face_bf16",
    "pipeline.fps_bf16",
}


class BenchTest(unittest.TestCase):
    bench = bundle = dataset = portrait = work = None

    def test_the_figures(self):
        work = Path(self.work)
        work.mkdir(parents=True, exist_ok=True)
        photo, report = work / "masked.png", work / "figures.json"
        report.unlink(missing_ok=True)
        self.run_command(self.dataset, "synthesize", "--photo", self.portrait, "--out", photo,
                         "--mask", work / "mask.png", "--seed", SEED)
        table = self.run_command(self.bench, "--models", self.bundle, "--photo", photo,
                                 "--threads", 1, "--repetitions", 1, "--json", report)
        figures = json.loads(report.read_text(encoding="utf-8"))
        self.assertEqual(set(figures) - FIGURES_OF_BF16, FIGURES)
        self.assertIn(set(figures) & FIGURES_OF_BF16, (set(), FIGURES_OF_BF16))
        for name, value in figures.items():
            with self.subTest(figure=name):
                self.assertTrue(math.isfinite(value))
                self.assertRegex(table, rf"(?m)^{name} ")

    def run_command(self, *command):
        result = subprocess.run(list(map(str, command)), capture_output=True, text=True,
                                check=False)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout


if __name__ == "__main__":
    (BenchTest.bench, BenchTest.bundle, BenchTest.dataset, BenchTest.portrait,
     BenchTest.work) = sys.argv[1:6]
    unittest.main(argv=sys.argv[:1], verbosity=2)
