# SPDX-License-Identifier: Apache-2.0
"""demask-import of Keras checkpoints: round trips on published names, activations, and refusals."""

import json
import unittest
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import h5py
import numpy as np
import torch

import numpy_layers as keras
import published
from import_support import ImportTest, random_arrays

from importer import networks, published_names
from paper.mask_rcnn import MaskRCNN


def write_group(group: h5py.Group, arrays: Dict[str, np.ndarray]) -> None:
    """One entry of layer_names, with its weights named "layer/weight:0"."""
    group.attrs["weight_names"] = np.array([f"{name}:0".encode() for name in arrays], dtype="S")
    for name, value in arrays.items():
        group.create_dataset(f"{name}:0", data=value)


def write_keras(root: h5py.Group, layers: Sequence[Tuple[str, Dict[str, np.ndarray]]]) -> None:
    """What Keras' save_weights() writes: groups in the order of the layers."""
    root.attrs["layer_names"] = np.array([name.encode() for name, _ in layers], dtype="S")
    for name, arrays in layers:
        write_group(root.create_group(name), arrays)


def by_layer(arrays: Dict[str, np.ndarray]) -> List[Tuple[str, Dict[str, np.ndarray]]]:
    layers: Dict[str, Dict[str, np.ndarray]] = {}
    for name, value in arrays.items():
        layers.setdefault(name.split("/")[0], {})[name] = value
    return list(layers.items())


class MaskRcnnImport(ImportTest):
    def write(self, arrays: Dict[str, np.ndarray]) -> str:
        """A file like matterport's: a nested proposal network, and layers without weights."""
        layers = by_layer(arrays)
        nested = [part for part in layers if part[0].startswith("rpn_")]
        rpn = {name: value for _, part in nested for name, value in part.items()}
        layers = [("input_image", {}), *[part for part in layers if part not in nested],
                  ("rpn_model", rpn), ("anchors", {"anchors/Variable": np.zeros((1, 9, 4))})]
        file = self.folder / "mask_rcnn.h5"
        with h5py.File(file, "w") as root:
            write_keras(root, layers)
        return str(file)

    def test_round_trip_and_activations(self):
        arrays = random_arrays(published.mask_rcnn(50, 16))
        network = self.run_import("mask_rcnn", self.write(arrays), "--input-size", "128",
                                  "--threshold", "0.7")
        entry = self.manifest()["models"]["segmenter"]
        self.check_entry(entry)
        self.assertEqual((entry["variant"], entry["threshold"], entry["input_size"]),
                         ("instance", 0.7, 128))
        self.assertEqual(len([n for n in network.state_dict() if not n.endswith("tracked")]),
                         len(arrays))
        self.check_backbone(network, arrays)
        self.check_heads(network, arrays)

    def check_backbone(self, network, w):
        """Stem, first block and proposal network against NumPy."""
        image = np.random.default_rng(2).random((64, 64, 3), dtype=np.float32)
        given = torch.from_numpy(image).permute(2, 0, 1)[None]
        x = image * 255.0 - np.array([123.7, 116.8, 103.9])
        x = keras.conv(np.pad(x, ((3, 3), (3, 3), (0, 0))), w["conv1/kernel"], 2)
        x = keras.relu(keras.norm(x + w["conv1/bias"], w, "bn_conv1"))
        x = keras.max_pool_same(x)
        inner = x
        for branch, padding in (("2a", "valid"), ("2b", "same"), ("2c", "valid")):
            inner = keras.conv(inner, w[f"res2a_branch{branch}/kernel"], 1, padding)
            inner = keras.norm(inner + w[f"res2a_branch{branch}/bias"], w, f"bn2a_branch{branch}")
            inner = keras.relu(inner) if branch != "2c" else inner
        side = keras.conv(x, w["res2a_branch1/kernel"]) + w["res2a_branch1/bias"]
        expected = keras.relu(inner + keras.norm(side, w, "bn2a_branch1"))
        with torch.no_grad():
            body = network.backbone
            found = torch.relu(body.stem_norm(body.stem(network.normalized(given))))
            found = torch.max_pool2d(torch.nn.functional.pad(found, [0, 1, 0, 1]), 3, 2)
            found = getattr(body.stage2, "0")(found)[0].permute(1, 2, 0).numpy()
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())

        features = np.random.default_rng(3).standard_normal((4, 4, 16)).astype(np.float32)
        shared = keras.relu(keras.conv(features, w["rpn_conv_shared/kernel"], 1, "same")
                            + w["rpn_conv_shared/bias"])
        logits = keras.conv(shared, w["rpn_class_raw/kernel"]) + w["rpn_class_raw/bias"]
        deltas = keras.conv(shared, w["rpn_bbox_pred/kernel"]) + w["rpn_bbox_pred/bias"]
        with torch.no_grad():
            found = network.proposals([torch.from_numpy(features).permute(2, 0, 1)[None]])
        np.testing.assert_allclose(found[0][0].numpy(), logits.reshape(-1, 2), atol=1e-5)
        np.testing.assert_allclose(found[1][0].numpy(), deltas.reshape(-1, 4), atol=1e-5)

    def check_heads(self, network, w):
        """Box head and mask head against NumPy."""
        regions = np.random.default_rng(4).standard_normal((7, 7, 16)).astype(np.float32)
        x = keras.conv(regions, w["mrcnn_class_conv1/kernel"]) + w["mrcnn_class_conv1/bias"]
        x = keras.relu(keras.norm(x, w, "mrcnn_class_bn1"))
        x = keras.conv(x, w["mrcnn_class_conv2/kernel"]) + w["mrcnn_class_conv2/bias"]
        x = keras.relu(keras.norm(x, w, "mrcnn_class_bn2"))[0, 0]
        logits = x @ w["mrcnn_class_logits/kernel"] + w["mrcnn_class_logits/bias"]
        deltas = x @ w["mrcnn_bbox_fc/kernel"] + w["mrcnn_bbox_fc/bias"]
        with torch.no_grad():
            found = network.box_head(torch.from_numpy(regions).permute(2, 0, 1)[None])
        np.testing.assert_allclose(found[0][0].numpy(), logits, atol=1e-5)
        np.testing.assert_allclose(found[1][0].numpy(), deltas.reshape(2, 4), atol=1e-5)

        regions = np.random.default_rng(5).standard_normal((14, 14, 16)).astype(np.float32)
        x = regions
        for i in (1, 2, 3, 4):
            x = keras.conv(x, w[f"mrcnn_mask_conv{i}/kernel"], 1, "same")
            x = keras.relu(keras.norm(x + w[f"mrcnn_mask_conv{i}/bias"], w, f"mrcnn_mask_bn{i}"))
        x = keras.conv_transpose(x, w["mrcnn_mask_deconv/kernel"]) + w["mrcnn_mask_deconv/bias"]
        x = keras.conv(keras.relu(x), w["mrcnn_mask/kernel"]) + w["mrcnn_mask/bias"]
        with torch.no_grad():
            found = network.mask_head(torch.from_numpy(regions).permute(2, 0, 1)[None])[0]
        np.testing.assert_allclose(found.permute(1, 2, 0).numpy(), x, atol=1e-4)

    def test_other_classes_are_refused(self):
        arrays = random_arrays(published.mask_rcnn(50, 16, classes=81))
        self.assertIn("81 classes", self.refused("mask_rcnn", self.write(arrays)))

    def test_files_that_are_not_checkpoints_are_refused(self):
        whole = Path(self.write(random_arrays(published.mask_rcnn(50, 16))))
        content = whole.read_bytes()
        whole.write_bytes(content[:len(content) // 2])
        self.assertIn("cut short", self.refused("mask_rcnn", str(whole)))
        whole.write_bytes(b"hello")
        self.assertIn("not a Keras HDF5 file", self.refused("mask_rcnn", str(whole)))
        with h5py.File(whole, "w") as root:
            root.create_dataset("data", data=np.zeros(3))
        self.assertIn("no Keras layers", self.refused("mask_rcnn", str(whole)))

    def test_full_size_names_and_shapes(self):
        in_torch_order = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
        for depth in (50, 101):
            own = {published_names.mask_rcnn(name): tuple(value.shape)
                   for name, value in MaskRCNN(depth).state_dict().items()
                   if not name.endswith("num_batches_tracked")}
            expected = {name: tuple(shape[i] for i in in_torch_order[len(shape)])
                        for name, shape in published.mask_rcnn(depth, 1).items()}
            self.assertEqual(own, expected)


class InceptionImport(ImportTest):
    def write(self, arrays: Dict[str, np.ndarray], head, config: dict) -> str:
        """A file like that of ModelCheckpoint for a Sequential that contains Inception-V3."""
        body = {name: value for name, value in arrays.items()
                if not any(name in shapes for _, shapes in head)}
        layers = [("inception_v3", body), ("flatten", {})]
        layers += [(name, {key: arrays[key] for key in shapes}) for name, shapes in head]
        file = self.folder / "gender.hdf5"
        with h5py.File(file, "w") as root:
            write_keras(root.create_group("model_weights"), layers)
            if config:
                root.attrs["model_config"] = json.dumps(config)
        return str(file)

    def test_round_trip_and_activations(self):
        head = published.gender_head(16, (24, 20, 12))
        w = random_arrays({**published.inception_v3(16),
                           **{k: v for _, shapes in head for k, v in shapes.items()}})
        config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
            {"class_name": "Dense", "config": {"name": "dense_1", "activation": "tanh"}}]}}
        network = self.run_import("inception_v3", self.write(w, head, config), "--input-size",
                                  "128")
        entry = self.manifest()["models"]["gender_classifier"]
        self.check_entry(entry)
        self.assertEqual(entry["class_names"], ["female", "male"])
        self.assertEqual(len([n for n in network.state_dict() if not n.endswith("tracked")]),
                         len(w))
        self.check_body(network, w)
        self.check_head(network, w)

    def check_body(self, network, w):
        """The first five convolutions against NumPy."""
        image = np.random.default_rng(2).random((31, 31, 3), dtype=np.float32)
        x = image
        for i, (stride, padding) in enumerate(((2, "valid"), (1, "valid"), (1, "same"))):
            number = f"_{i}" if i else ""
            x = keras.conv(x, w[f"conv2d{number}/kernel"], stride, padding)
            x = keras.relu(keras.norm(x, w, f"batch_normalization{number}"))
        with torch.no_grad():
            found = torch.from_numpy(image).permute(2, 0, 1)[None]
            for i in range(3):
                found = getattr(network.features, str(i))(found)
        np.testing.assert_allclose(found[0].permute(1, 2, 0).numpy(), x, atol=1e-5)

    def check_head(self, network, w):
        """Pooled features to probabilities against NumPy."""
        x = np.random.default_rng(3).standard_normal(128).astype(np.float32)
        given = torch.from_numpy(x)[None]

        def dense(x, name):
            return x @ w[f"{name}/kernel"] + w[f"{name}/bias"]

        x = keras.relu(dense(keras.norm(x, w, "batch_normalization_94"), "dense"))
        x = np.tanh(dense(keras.norm(x, w, "batch_normalization_95"), "dense_1"))
        x = keras.relu(dense(x, "dense_2"))
        probability = keras.sigmoid(dense(keras.norm(x, w, "batch_normalization_96"), "dense_3"))
        with torch.no_grad():
            logit = network.head(given)
            softmax = torch.softmax(torch.cat([torch.zeros_like(logit), logit], dim=1), dim=1)
        expected = np.concatenate([1.0 - probability, probability])
        np.testing.assert_allclose(softmax[0].numpy(), expected, atol=1e-5)

    def test_layer_numbers_need_not_begin_at_zero(self):
        head = [("batch_normalization_200", published.keras_norm("batch_normalization_200", 128)),
                ("dense_9", published.keras_dense("dense_9", 128, 1))]
        w = random_arrays({**published.inception_v3(16, first=94),
                           **{k: v for _, shapes in head for k, v in shapes.items()}})
        file = Path(self.write(w, head, {}))
        network = networks.inception_v3(file, networks.Settings(256, 0.0, "relu")).network
        first = network.features[0].conv.weight
        np.testing.assert_array_equal(first.detach().numpy(),
                                      w["conv2d_94/kernel"].transpose(3, 2, 0, 1))

    def test_another_head_is_refused(self):
        head = [("dense_9", published.keras_dense("dense_9", 128, 2))]
        w = random_arrays({**published.inception_v3(16),
                           **{k: v for _, shapes in head for k, v in shapes.items()}})
        self.assertIn("dense one of 1 unit", self.refused("inception_v3", self.write(w, head, {})))

    def test_another_network_is_refused(self):
        file = self.folder / "other.h5"
        with h5py.File(file, "w") as root:
            write_keras(root, [("conv2d", {"conv2d/kernel": np.zeros((3, 3, 3, 4))})])
        self.assertIn("Inception-V3 has 94", self.refused("inception_v3", str(file)))


if __name__ == "__main__":
    unittest.main()
