# SPDX-License-Identifier: Apache-2.0
"""Names of our networks' parameters in the published checkpoints.

Taken from protossw512/AdaptiveWingLoss (core/models.py), YaN9-Y/lafin (src/networks.py) and
matterport/Mask_RCNN (mrcnn/model.py).
"""

import re

KERAS_WEIGHTS = {"weight": "kernel", "bias": "bias"}
KERAS_NORMS = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean",
               "running_var": "moving_variance", "num_batches_tracked": "num_batches_tracked"}

# Prefixes and their replacements; the first that matches is used.
ADAPTIVE_WING = (
    (r"stem_norm\.", "bn1."), (r"stem\.", "conv1.conv."),
    (r"block1\.", "conv2."), (r"block2\.", "conv3."), (r"block3\.", "conv4."),
    (r"hourglasses\.(\d+)\.place\.", r"m\1.coordconv.conv."),
    (r"hourglasses\.(\d+)\.hourglass\.", r"m\1.hourglass."),
    (r"hourglasses\.(\d+)\.top\.", r"top_m_\1."),
    (r"hourglasses\.(\d+)\.conv\.", r"conv_last\1."),
    (r"hourglasses\.(\d+)\.norm\.", r"bn_end\1."),
    (r"hourglasses\.(\d+)\.output\.", r"l\1."),
    (r"links\.(\d+)\.features\.", r"bl\1."), (r"links\.(\d+)\.heatmaps\.", r"al\1."))
HOURGLASS_BRANCHES = {"beside": "b1", "before": "b2", "after": "b3"}

LAFIN_GENERATOR = (
    (r"encode1\.", "encoder1."), (r"encode2\.", "encoder2."), (r"encode4\.", "encoder3."),
    (r"context\.(\d+)\.convs\.", r"middle.\1.conv_block."),
    (r"attention\.short\.query\.", "auto_attn.query_conv."),
    (r"attention\.short\.gain", "auto_attn.gamma"), (r"attention\.gain", "auto_attn.alpha"),
    (r"attention\.conv(\d)\.", r"auto_attn.model.conv\1."),
    (r"attention\.shortcut\.", "auto_attn.model.bypass."),
    (r"decode2\.", "decoder1."), (r"decode1\.", "decoder2."), (r"output\.", "decoder3."),
    (r"fuse2\.", "fushion1."), (r"fuse1\.", "fushion2."))
LAFIN_DISCRIMINATOR = (
    (r"conv2\.", "conv1.0."), (r"conv4\.", "conv2.0."), (r"conv8\.", "conv3.0."),
    (r"conv8b\.", "conv4.0."), (r"output\.", "conv5.0."),
    (r"attention\.query\.", "auto_attn.query_conv."), (r"attention\.gain", "auto_attn.gamma"))
# The published classes register some layers under two names.
LAFIN_ALIASES = ((r"^auto_attn\.model\.model\.1\.", "auto_attn.model.conv1."),
                 (r"^auto_attn\.model\.model\.3\.", "auto_attn.model.conv2."),
                 (r"^auto_attn\.model\.shortcut\.0\.", "auto_attn.model.bypass."),
                 (r"^features\.0\.", "conv1.0."))
# The discriminator contains the generator's long attention but never calls it.
LAFIN_DISCRIMINATOR_UNUSED = r"auto_attn\.(alpha|model\..*)"

MASK_RCNN = (
    (r"backbone\.stem_norm", "bn_conv1"), (r"backbone\.stem", "conv1"),
    (r"backbone\.lateral(\d)", r"fpn_c\1p\1"), (r"backbone\.smooth(\d)", r"fpn_p\1"),
    (r"proposals\.shared", "rpn_conv_shared"), (r"proposals\.score", "rpn_class_raw"),
    (r"proposals\.box", "rpn_bbox_pred"), (r"box_head\.conv(\d)", r"mrcnn_class_conv\1"),
    (r"box_head\.norm(\d)", r"mrcnn_class_bn\1"), (r"box_head\.logits", "mrcnn_class_logits"),
    (r"box_head\.deltas", "mrcnn_bbox_fc"), (r"mask_head\.conv(\d)", r"mrcnn_mask_conv\1"),
    (r"mask_head\.norm(\d)", r"mrcnn_mask_bn\1"), (r"mask_head\.upsample", "mrcnn_mask_deconv"),
    (r"mask_head\.output", "mrcnn_mask"))
# Some versions of Keras save the anchors with a trained model; here they are computed.
MASK_RCNN_UNUSED = r"anchors/.*"


def replace_prefix(name: str, prefixes) -> str:
    """Replaces the first prefix that matches."""
    for pattern, replacement in prefixes:
        match = re.match(pattern, name)
        if match:
            return match.expand(replacement) + name[match.end():]
    raise AssertionError(f"{name} has no published name")


def adaptive_wing(name: str) -> str:
    """hourglasses.1.hourglass.inner.before.norm1.bias -> m1.b2_3.bn1.bias"""
    name = replace_prefix(name, ADAPTIVE_WING)
    depth = name.count("inner.")
    name = name.replace("inner.", "")
    for ours, theirs in HOURGLASS_BRANCHES.items():
        name = name.replace(f"hourglass.{ours}.", f"{theirs}_{4 - depth}.")
    name = name.replace("hourglass.", "b2_plus_1.")
    return re.sub(r"\.norm(\d)\.", r".bn\1.", name).replace(".shortcut.", ".downsample.")


def spectral(name: str, spectral_layers: str) -> str:
    """PyTorch's names of a spectrally normalized layer's tensors."""
    match = re.fullmatch(rf"({spectral_layers})\.(weight|u|v)", name)
    if not match:
        return name
    suffix = {"weight": "weight_orig", "u": "weight_u", "v": "weight_v"}[match[2]]
    return f"{match[1]}.{suffix}"


def lafin_generator(name: str) -> str:
    """attention.conv1.u -> auto_attn.model.conv1.weight_u"""
    return spectral(replace_prefix(name, LAFIN_GENERATOR), r"auto_attn\.model\.\w+")


def lafin_discriminator(name: str) -> str:
    """conv8b.weight -> conv4.0.weight_orig"""
    return spectral(replace_prefix(name, LAFIN_DISCRIMINATOR), r"conv\d\.0")


def mask_rcnn(name: str) -> str:
    """backbone.stage4.1.norm2.weight -> bn4b_branch2b/gamma"""
    layer, weight = name.rsplit(".", 1)
    block = re.fullmatch(r"backbone\.stage(\d)\.(\d+)\.(conv|norm|shortcut)\.?(\d)", layer)
    if not block:
        layer = replace_prefix(layer, MASK_RCNN)
        is_norm = "bn" in layer
    else:
        stage, index, part, number = block.groups()
        place = f"{stage}{chr(ord('a') + int(index))}_branch"
        is_norm = part == "norm" or (part == "shortcut" and number == "1")
        branch = "1" if part == "shortcut" else "2" + "abc"[int(number) - 1]
        layer = ("bn" if is_norm else "res") + place + branch
    return f"{layer}/{(KERAS_NORMS if is_norm else KERAS_WEIGHTS)[weight]}"
