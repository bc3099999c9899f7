"""demask-import: round trips on checkpoints with published names, activations, and refusals."""

import contextlib
import hashlib
import io
import json
import pickle
import subprocess
import sys
import unittest
from collections import OrderedDict
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

import h5py
import numpy as np
import torch
from torch import Tensor

import numpy_layers as keras
import published
from support import ROOT, NetworkTest

import demask_import
import networks
import published_names
from name_map import fill
from paper.mask_rcnn import MaskRCNN
from problem import ImportProblem


def random_arrays(shapes: published.Shapes) -> Dict[str, np.ndarray]:
    """Values as a trained network may have them, each tensor's its own."""
    generator = np.random.default_rng(11)
    arrays: Dict[str, np.ndarray] = {}
    for name, shape in shapes.items():
        values = generator.standard_normal(shape).astype(np.float32)
        spread = 1.0 / max(np.sqrt(np.prod(shape[:-1])), 1.0) if len(shape) > 1 else 0.1
        if name.endswith(("moving_variance", "running_var")):
            arrays[name] = np.abs(values) + 0.5
        elif name.endswith(("gamma", "weight_u", "weight_v")):
            arrays[name] = 1.0 + 0.1 * values
        else:
            arrays[name] = values * np.float32(spread)
    return arrays


def as_tensors(arrays: Dict[str, np.ndarray]) -> Dict[str, Tensor]:
    return OrderedDict((name, torch.tensor(7) if name.endswith("num_batches_tracked")
                        else torch.from_numpy(np.asarray(value)))
                       for name, value in arrays.items())


def share_aliases(tensors: Dict[str, Tensor]) -> Dict[str, Tensor]:
    """Gives a LaFIn layer's second name the tensor of its first."""
    for second, first in (("auto_attn.model.model.1.", "auto_attn.model.conv1."),
                          ("auto_attn.model.model.3.", "auto_attn.model.conv2."),
                          ("auto_attn.model.shortcut.0.", "auto_attn.model.bypass."),
                          ("features.0.", "conv1.0.")):
        for name in tensors:
            if name.startswith(second):
                tensors[name] = tensors[first + name[len(second):]]
    return tensors


def write_group(group: h5py.Group, arrays: Dict[str, np.ndarray]) -> None:
    """One entry of layer_names, with its weights as "layer/weight:0"."""
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


class ImportTest(NetworkTest):
    def run_import(self, *arguments: str) -> torch.jit.ScriptModule:
        """Imports into self.folder/bundle and loads what was written."""
        parsed = demask_import.parse([*arguments, "--bundle", str(self.folder / "bundle"),
                                      "--license", "for tests"])
        file = demask_import.run(parsed).split(":")[0]
        return torch.jit.load(file)

    def manifest(self) -> dict:
        return json.loads((self.folder / "bundle" / "manifest.json").read_text())

    def refused(self, *arguments: str) -> str:
        """The message of an import that must fail, and must leave nothing behind."""
        with self.assertRaises(ImportProblem) as caught:
            self.run_import(*arguments)
        self.assertFalse((self.folder / "bundle" / "manifest.json").exists())
        self.assertEqual(list(self.folder.glob("bundle/*")), [])
        return str(caught.exception)

    def save(self, content: object, name: str = "checkpoint.pth") -> str:
        file = self.folder / name
        torch.save(content, file)
        return str(file)

    def check_entry(self, entry: dict) -> None:
        """Its hash and size are those of its file."""
        content = (self.folder / "bundle" / entry["file"]).read_bytes()
        self.assertEqual(entry["sha256"], hashlib.sha256(content).hexdigest())
        self.assertEqual(entry["size_bytes"], len(content))


class PyTorchImport(ImportTest):
    def test_adaptive_wing_round_trip(self):
        tensors = as_tensors(random_arrays(published.adaptive_wing(98, 2, 16)))
        file = self.save({"state_dict": {f"module.{k}": v for k, v in tensors.items()}, "epoch": 3})
        network = self.run_import("adaptive_wing", file, "--input-size", "64")
        state = network.state_dict()
        self.assertEqual(len(state), len(tensors))
        for name, value in state.items():
            self.assertTrue(torch.equal(value, tensors[published_names.adaptive_wing(name)]))
        entry = self.manifest()["models"]["landmark_detector"]
        self.check_entry(entry)
        self.assertEqual((entry["variant"], entry["landmark_scheme"], entry["input_size"],
                          entry["crop_scale"], entry["license"]),
                         ("heatmap", 98, 64, 1.34, "for tests"))
        self.assertEqual(network(torch.rand(1, 3, 64, 64)).shape, (1, 98, 16, 16))

    def test_old_plain_state_dict_without_counters(self):
        tensors = as_tensors(random_arrays(published.adaptive_wing(68, 1, 16)))
        old = {k: v for k, v in tensors.items() if not k.endswith("num_batches_tracked")}
        file = self.folder / "old.pth"
        torch.save(old, file, _use_new_zipfile_serialization=False)
        imported = networks.adaptive_wing(file, networks.Settings(256, 0.0, "relu"))
        self.assertEqual(imported.entry["landmark_scheme"], 68)
        for name, value in imported.network.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                self.assertTrue(torch.equal(value, old[published_names.adaptive_wing(name)]))

    def test_lafin_round_trip(self):
        tensors = share_aliases(as_tensors(random_arrays(published.lafin_generator(8, 3))))
        file = self.save({"iteration": 5, "generator": tensors})
        for gender in ("female", "male"):
            network = self.run_import("lafin_generator", file, "--gender", gender, "--variant",
                                      "ffhq", "--input-size", "64")
        for name, value in network.state_dict().items():
            self.assertTrue(torch.equal(value, tensors[published_names.lafin_generator(name)]))
        models = self.manifest()["variants"]["ffhq"]["models"]
        self.assertEqual(sorted(models), ["inpainter_female", "inpainter_male"])
        self.assertEqual(models["inpainter_male"]["file"], "inpainter_male.ffhq.pt")
        self.check_entry(models["inpainter_male"])

    def test_lafin_discriminator_round_trip(self):
        tensors = share_aliases(as_tensors(random_arrays(published.lafin_discriminator(8))))
        network = self.run_import("lafin_discriminator", self.save({"discriminator": tensors}),
                                  "--gender", "female", "--input-size", "64")
        for name, value in network.state_dict().items():
            self.assertTrue(torch.equal(value, tensors[published_names.lafin_discriminator(name)]))
        entry = self.manifest()["training_artefacts"]["discriminator_female"]
        self.check_entry(entry)
        self.assertEqual(sorted(entry), ["file", "sha256", "size_bytes"])

    def test_second_names_must_agree(self):
        tensors = as_tensors(random_arrays(published.lafin_generator(8, 1)))
        message = self.refused("lafin_generator", self.save({"generator": tensors}), "--gender",
                               "male")
        self.assertIn("name one tensor but differ", message)

    def test_every_mismatch_is_listed(self):
        tensors = as_tensors(random_arrays(published.adaptive_wing(68, 1, 16)))
        del tensors["m0.b1_3.conv2.weight"]
        tensors["m0.b9_3.conv2.weight"] = torch.zeros(4, 8, 3, 3)
        tensors["bn_end0.bias"] = torch.zeros(17)
        tensors["bn_end0.weight"][3] = float("nan")
        message = self.refused("adaptive_wing", self.save(tensors))
        for line in ("missing:\n    m0.b1_3.conv2.weight 4x8x3x3",
                     "not of this network:\n    m0.b9_3.conv2.weight 4x8x3x3",
                     "of another shape:\n    bn_end0.bias 17, not 16",
                     "not finite:\n    bn_end0.weight"):
            self.assertIn(line, message)

    def test_files_that_are_none_are_refused(self):
        whole = self.folder / "whole.pth"
        torch.save({"l0.weight": torch.zeros(69, 16, 1, 1)}, whole)
        content = whole.read_bytes()
        cases = {"cut.pth": content[:len(content) // 2], "empty.pth": b"", "text.pth": b"hello",
                 "list.pth": None, "foreign.pth": None, "script.pth": None}
        for name, part in cases.items():
            if part is not None:
                (self.folder / name).write_bytes(part)
        torch.save([1], self.folder / "list.pth")
        torch.jit.script(torch.nn.ReLU()).save(str(self.folder / "script.pth"))
        torch.save(Path("x"), self.folder / "foreign.pth")
        reasons = {"cut.pth": "cut short", "empty.pth": "empty", "text.pth": "no PyTorch checkpoint",
                   "list.pth": "a list", "foreign.pth": "more than tensors",
                   "script.pth": "TorchScript", "absent.pth": "no such file"}
        for name, reason in reasons.items():
            message = self.refused("adaptive_wing", str(self.folder / name))
            self.assertIn(reason, message)
            self.assertIn(name, message)
        self.assertIn("no l0.weight", self.refused("adaptive_wing", self.save({})))

    def test_nothing_of_a_pickle_is_run(self):
        class Trap:
            def __reduce__(self):
                return exec, ("open('sprung', 'w')",)

        for new in (True, False):
            file = self.folder / "trap.pth"
            torch.save({"state_dict": Trap()}, file, _use_new_zipfile_serialization=new)
            self.assertIn("more than tensors", self.refused("adaptive_wing", str(file)))
        (self.folder / "bare.pth").write_bytes(pickle.dumps(Trap()))
        self.refused("adaptive_wing", str(self.folder / "bare.pth"))
        self.assertFalse(Path("sprung").exists())


class MaskRcnnImport(ImportTest):
    def write(self, arrays: Dict[str, np.ndarray]) -> str:
        """As matterport's: the proposal network is a nested model, and layers have no weights."""
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

    def test_files_that_are_none_are_refused(self):
        whole = Path(self.write(random_arrays(published.mask_rcnn(50, 16))))
        content = whole.read_bytes()
        whole.write_bytes(content[:len(content) // 2])
        self.assertIn("cut short", self.refused("mask_rcnn", str(whole)))
        whole.write_bytes(b"hello")
        self.assertIn("no Keras HDF5 file", self.refused("mask_rcnn", str(whole)))
        with h5py.File(whole, "w") as root:
            root.create_dataset("data", data=np.zeros(3))
        self.assertIn("no layers of Keras", self.refused("mask_rcnn", str(whole)))

    def test_full_size_names_and_shapes(self):
        for depth, classes in ((50, 2), (101, 2)):
            shapes = published.mask_rcnn(depth, 1, classes)
            arrays = {name: torch.empty(1).expand(self.in_torch_order(shape))
                      for name, shape in shapes.items()}
            network = MaskRCNN(depth)
            own = {published_names.mask_rcnn(name): value.shape
                   for name, value in network.state_dict().items()
                   if not name.endswith("num_batches_tracked")}
            self.assertEqual(own, {name: value.shape for name, value in arrays.items()})

    @staticmethod
    def in_torch_order(shape):
        return tuple(shape[i] for i in {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[len(shape)])


class InceptionImport(ImportTest):
    def write(self, arrays: Dict[str, np.ndarray], head, config: dict) -> str:
        """As ModelCheckpoint of a Sequential with Inception-V3 inside."""
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

    def test_numbers_need_not_begin_at_none(self):
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


class Program(ImportTest):
    def test_exit_codes_and_messages(self):
        program = [sys.executable, str(ROOT / "models" / "import" / "demask_import.py")]
        common = ["--bundle", str(self.folder / "bundle"), "--license", "for tests"]
        failed = subprocess.run([*program, "adaptive_wing", "absent.pth", *common],
                                capture_output=True, text=True, check=False)
        self.assertEqual(failed.returncode, 1)
        self.assertEqual(failed.stderr, "demask-import: absent.pth: there is no such file; check "
                                        "the path\n")
        for wrong in (["lafin_generator"], ["mask_rcnn", "--gender", "male"],
                      ["adaptive_wing", "--input-size", "100"],
                      ["adaptive_wing", "--variant", "ffhq"]):
            with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
                demask_import.parse([wrong[0], "x.pth", *wrong[1:], *common])


class Fill(ImportTest):
    def test_a_failed_fill_changes_nothing(self):
        layer = torch.nn.Linear(2, 3)
        before = layer.weight.detach().clone()
        with self.assertRaises(ImportProblem):
            fill(layer, {"weight": torch.ones(3, 2)}, lambda name: name, Path("x.pth"))
        self.assertTrue(torch.equal(layer.weight, before))


if __name__ == "__main__":
    unittest.main()
