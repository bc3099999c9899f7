# SPDX-License-Identifier: Apache-2.0
"""Names and shapes of the tensors in the published checkpoints, transcribed from their sources.

protossw512/AdaptiveWingLoss core/models.py, YaN9-Y/lafin src/networks.py, matterport/Mask_RCNN
mrcnn/model.py and keras-team/keras-applications inception_v3.py. Shapes are in the order of the
format: kernels of Keras are [rows, columns, in, out].
"""

from typing import Dict, List, Tuple

Shapes = Dict[str, Tuple[int, ...]]


def torch_norm(name: str, n: int) -> Shapes:
    return {f"{name}.weight": (n,), f"{name}.bias": (n,), f"{name}.running_mean": (n,),
            f"{name}.running_var": (n,), f"{name}.num_batches_tracked": ()}


def torch_conv(name: str, cin: int, cout: int, kernel: int, bias: bool = True) -> Shapes:
    shapes: Shapes = {f"{name}.weight": (cout, cin, kernel, kernel)}
    return {**shapes, f"{name}.bias": (cout,)} if bias else shapes


def conv_block(name: str, cin: int, cout: int) -> Shapes:
    shapes = {**torch_norm(f"{name}.bn1", cin),
              **torch_conv(f"{name}.conv1", cin, cout // 2, 3, False),
              **torch_norm(f"{name}.bn2", cout // 2),
              **torch_conv(f"{name}.conv2", cout // 2, cout // 4, 3, False),
              **torch_norm(f"{name}.bn3", cout // 4),
              **torch_conv(f"{name}.conv3", cout // 4, cout // 4, 3, False)}
    if cin != cout:
        shapes.update({**torch_norm(f"{name}.downsample.0", cin),
                       **torch_conv(f"{name}.downsample.2", cin, cout, 1, False)})
    return shapes


def adaptive_wing(points: int, stacks: int, width: int) -> Shapes:
    """FAN(num_modules=stacks, num_landmarks=points)."""
    shapes = {**torch_conv("conv1.conv", 6, width // 4, 7), **torch_norm("bn1", width // 4),
              **conv_block("conv2", width // 4, width // 2),
              **conv_block("conv3", width // 2, width // 2),
              **conv_block("conv4", width // 2, width)}
    for i in range(stacks):
        shapes.update(torch_conv(f"m{i}.coordconv.conv", width + (5 if i else 3), width, 1))
        for level in (4, 3, 2, 1):
            for branch in (f"b1_{level}", f"b2_{level}", f"b3_{level}"):
                shapes.update(conv_block(f"m{i}.{branch}", width, width))
        shapes.update({**conv_block(f"m{i}.b2_plus_1", width, width),
                       **conv_block(f"top_m_{i}", width, width),
                       **torch_conv(f"conv_last{i}", width, width, 1),
                       **torch_norm(f"bn_end{i}", width),
                       **torch_conv(f"l{i}", width, points + 1, 1)})
        if i < stacks - 1:
            shapes.update({**torch_conv(f"bl{i}", width, width, 1),
                           **torch_conv(f"al{i}", points + 1, width, 1)})
    return shapes


def spectral(name: str, cin: int, cout: int, kernel: int, bias: bool) -> Shapes:
    shapes: Shapes = {f"{name}.weight_orig": (cout, cin, kernel, kernel),
                      f"{name}.weight_u": (cout,), f"{name}.weight_v": (cin * kernel * kernel,)}
    return {**shapes, f"{name}.bias": (cout,)} if bias else shapes


def auto_attention(n: int) -> Shapes:
    """Auto_Attn: its residual block's layers are members and parts of sequences."""
    shapes: Shapes = {"auto_attn.gamma": (1,), "auto_attn.alpha": (1,),
                      **torch_conv("auto_attn.query_conv", n, n // 4, 1)}
    for name in ("conv1", "model.1"):
        shapes.update(spectral(f"auto_attn.model.{name}", 2 * n, n, 3, True))
    for name in ("conv2", "model.3"):
        shapes.update(spectral(f"auto_attn.model.{name}", n, n, 3, True))
    for name in ("bypass", "shortcut.0"):
        shapes.update(spectral(f"auto_attn.model.{name}", 2 * n, n, 1, True))
    return shapes


def lafin_generator(width: int, blocks: int) -> Shapes:
    """InpaintGenerator(residual_blocks=blocks)."""
    w, w2, w4 = width, 2 * width, 4 * width
    shapes = {**torch_conv("encoder1.1", 4, w, 7), **torch_conv("encoder2.0", w, w2, 4),
              **torch_conv("encoder3.0", w2, w4, 4), **torch_conv("fushion1.0", w4, w4, 1),
              **torch_conv("fushion2.0", w2, w2, 1), **torch_conv("decoder3.1", w2, 3, 7),
              "decoder1.0.weight": (w4, w2, 4, 4), "decoder1.0.bias": (w2,),
              "decoder2.0.weight": (w4, w, 4, 4), "decoder2.0.bias": (w,),
              **auto_attention(w4)}
    for i in range(blocks):
        shapes.update({**torch_conv(f"middle.{i}.conv_block.1", w4, w4, 3),
                       **torch_conv(f"middle.{i}.conv_block.5", w4, w4, 3)})
    return shapes


def lafin_discriminator(width: int) -> Shapes:
    """Discriminator(in_channels=4); its first layer has two names."""
    return {**spectral("conv1.0", 4, width, 4, False), **spectral("features.0", 4, width, 4, False),
            **spectral("conv2.0", width, 2 * width, 4, False),
            **spectral("conv3.0", 2 * width, 4 * width, 4, False),
            **spectral("conv4.0", 4 * width, 8 * width, 4, False),
            **spectral("conv5.0", 8 * width, 1, 4, False), **auto_attention(2 * width)}


def keras_conv(name: str, cin: int, cout: int, rows: int, columns: int = 0) -> Shapes:
    return {f"{name}/kernel": (rows, columns or rows, cin, cout), f"{name}/bias": (cout,)}


def keras_norm(name: str, n: int) -> Shapes:
    return {f"{name}/{weight}": (n,)
            for weight in ("gamma", "beta", "moving_mean", "moving_variance")}


def keras_dense(name: str, cin: int, cout: int) -> Shapes:
    return {f"{name}/kernel": (cin, cout), f"{name}/bias": (cout,)}


def residual_stage(stage: int, blocks: int, cin: int, width: int) -> Shapes:
    shapes: Shapes = {}
    for i in range(blocks):
        place = f"{stage}{chr(97 + i)}_branch"
        layers = [("2a", cin, width, 1), ("2b", width, width, 3), ("2c", width, 4 * width, 1)]
        if i == 0:
            layers.append(("1", cin, 4 * width, 1))
        for branch, n, m, kernel in layers:
            shapes.update({**keras_conv(f"res{place}{branch}", n, m, kernel),
                           **keras_norm(f"bn{place}{branch}", m)})
        cin = 4 * width
    return shapes


def mask_rcnn(depth: int, divisor: int, classes: int = 2) -> Shapes:
    """MaskRCNN in mode "inference" with BACKBONE "resnet50" or "resnet101"."""
    w, top, hidden = 64 // divisor, 256 // divisor, 1024 // divisor
    shapes = {**keras_conv("conv1", 3, w, 7), **keras_norm("bn_conv1", w),
              **residual_stage(2, 3, w, w), **residual_stage(3, 4, 4 * w, 2 * w),
              **residual_stage(4, {50: 6, 101: 23}[depth], 8 * w, 4 * w),
              **residual_stage(5, 3, 16 * w, 8 * w)}
    for level in (2, 3, 4, 5):
        shapes.update({**keras_conv(f"fpn_c{level}p{level}", 2 ** level * w, top, 1),
                       **keras_conv(f"fpn_p{level}", top, top, 3)})
    shapes.update({**keras_conv("rpn_conv_shared", top, 512 // divisor, 3),
                   **keras_conv("rpn_class_raw", 512 // divisor, 6, 1),
                   **keras_conv("rpn_bbox_pred", 512 // divisor, 12, 1),
                   **keras_conv("mrcnn_class_conv1", top, hidden, 7),
                   **keras_norm("mrcnn_class_bn1", hidden),
                   **keras_conv("mrcnn_class_conv2", hidden, hidden, 1),
                   **keras_norm("mrcnn_class_bn2", hidden),
                   **keras_dense("mrcnn_class_logits", hidden, classes),
                   **keras_dense("mrcnn_bbox_fc", hidden, 4 * classes),
                   "mrcnn_mask_deconv/kernel": (2, 2, top, top), "mrcnn_mask_deconv/bias": (top,),
                   **keras_conv("mrcnn_mask", top, classes, 1)})
    for i in (1, 2, 3, 4):
        shapes.update({**keras_conv(f"mrcnn_mask_conv{i}", top, top, 3),
                       **keras_norm(f"mrcnn_mask_bn{i}", top)})
    return shapes


def inception_convolutions() -> List[Tuple[int, int, int, int]]:
    """Rows, columns, input and output channels of the 94 convolutions, in the order of creation."""
    units: List[Tuple[int, int, int, int]] = []

    def chain(cin: int, *layers: Tuple[int, int, int]) -> None:
        for cout, rows, columns in layers:
            units.append((rows, columns, cin, cout))
            cin = cout

    chain(3, (32, 3, 3), (32, 3, 3), (64, 3, 3), (80, 1, 1), (192, 3, 3))
    for cin, pooled in ((192, 32), (256, 64), (288, 64)):
        chain(cin, (64, 1, 1))
        chain(cin, (48, 1, 1), (64, 5, 5))
        chain(cin, (64, 1, 1), (96, 3, 3), (96, 3, 3))
        chain(cin, (pooled, 1, 1))
    chain(288, (384, 3, 3))
    chain(288, (64, 1, 1), (96, 3, 3), (96, 3, 3))
    for h in (128, 160, 160, 192):
        chain(768, (192, 1, 1))
        chain(768, (h, 1, 1), (h, 1, 7), (192, 7, 1))
        chain(768, (h, 1, 1), (h, 7, 1), (h, 1, 7), (h, 7, 1), (192, 1, 7))
        chain(768, (192, 1, 1))
    chain(768, (192, 1, 1), (320, 3, 3))
    chain(768, (192, 1, 1), (192, 1, 7), (192, 7, 1), (192, 3, 3))
    for cin in (1280, 2048):
        chain(cin, (320, 1, 1))
        chain(cin, (384, 1, 1), (384, 1, 3))
        chain(384, (384, 3, 1))
        chain(cin, (448, 1, 1), (384, 3, 3), (384, 1, 3))
        chain(384, (384, 3, 1))
        chain(cin, (192, 1, 1))
    return units


def inception_v3(divisor: int, first: int = 0) -> Shapes:
    """InceptionV3(include_top=False), its layers numbered from `first` on."""
    shapes: Shapes = {}
    for i, (rows, columns, cin, cout) in enumerate(inception_convolutions()):
        number = f"_{i + first}" if i + first else ""
        n, m = cin if cin == 3 else cin // divisor, cout // divisor
        shapes[f"conv2d{number}/kernel"] = (rows, columns, n, m)
        for weight in ("beta", "moving_mean", "moving_variance"):
            shapes[f"batch_normalization{number}/{weight}"] = (m,)
    return shapes


def gender_head(divisor: int, units: Tuple[int, ...]) -> List[Tuple[str, Shapes]]:
    """BatchNorm, dense, BatchNorm, dense, dense, BatchNorm, dense of one unit, layer by layer."""
    n = 2048 // divisor
    return [("batch_normalization_94", keras_norm("batch_normalization_94", n)),
            ("dense", keras_dense("dense", n, units[0])),
            ("batch_normalization_95", keras_norm("batch_normalization_95", units[0])),
            ("dense_1", keras_dense("dense_1", units[0], units[1])),
            ("dense_2", keras_dense("dense_2", units[1], units[2])),
            ("batch_normalization_96", keras_norm("batch_normalization_96", units[2])),
            ("dense_3", keras_dense("dense_3", units[2], 1))]
