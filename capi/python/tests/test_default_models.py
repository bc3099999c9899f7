# SPDX-License-Identifier: Apache-2.0
"""A reconstruction with the default models."""

import os
import unittest

import demask
import numpy as np


class DefaultModelsTest(unittest.TestCase):
    def test_a_masked_portrait(self):
        photo = demask.read_image(os.environ["DEMASK_PHOTO"])
        with demask.Reconstructor() as reconstructor:
            result = reconstructor.reconstruct(photo)
        done = [face for face in result.faces if face.status == demask.FaceStatus.RECONSTRUCTED]
        self.assertTrue(done)
        changed = result.changed > 0
        self.assertGreater(np.count_nonzero(changed), 0)
        np.testing.assert_array_equal(result.photo[~changed], photo[~changed])


if __name__ == "__main__":
    unittest.main()
