# SPDX-License-Identifier: Apache-2.0
"""The panel of a result, drawn with Pillow as the program's option --panel does: photo, masks,
landmarks and result side by side, and a row for each painted face."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Iterable, List, Optional, Tuple

from PIL import Image, ImageDraw, ImageFont
from PIL.Image import Image as PilImage
from PIL.PngImagePlugin import PngInfo

from .enums import Gender
from .geometry import Landmarks
from .images import PixelArray, to_pil

if TYPE_CHECKING:
    from .results import Face, Result

_MAX_TILE_SIDE = 560
_CAPTION_HEIGHT = 24
_GAP = 8
_MAX_FACE_ROWS = 8
_PAPER = (255, 255, 255)
_INK = (32, 32, 32)
_MASK = (230, 40, 40)
_MASK_SHARE = 0.55
_BOX = (40, 120, 240)
_STROKE = (0, 220, 255)
# The lines of a face: first and last of the 68 iBUG points, and whether the line is closed.
_STROKES = ((0, 16, False), (17, 21, False), (22, 26, False), (27, 30, False), (31, 35, False),
            (36, 41, True), (42, 47, True), (48, 59, True), (60, 67, True))
# The packet that demask writes: IPTC's digital source type of a picture with painted parts.
_MARK = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
   Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/\
compositeWithTrainedAlgorithmicMedia"/>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def draw_panel(result: Result) -> PilImage:
    """Draws the panel of a result, RGB, up to 2,280 pixels wide."""
    after = to_pil(result.photo, result.pixel_format).convert("RGB")
    before = after if result.before is None else to_pil(
        result.before, result.pixel_format).convert("RGB")
    scale = min(1.0, _MAX_TILE_SIDE / max(after.size))
    small = _scaled(before, scale)
    tiles = [] if result.before is None else [_captioned(small, "input")]
    tiles += [_captioned(_masks(small, result, scale), "masks"),
              _captioned(_landmarks(small, result, scale), "landmarks"),
              _captioned(_scaled(after, scale), "result: a plausible guess, no identification")]
    if result.alternative_photo is not None:
        other = to_pil(result.alternative_photo, result.pixel_format).convert("RGB")
        tiles.append(_captioned(_scaled(other, scale), "alternative"))
    rows = [_row(tiles)]
    painted = [(index, face) for index, face in enumerate(result.faces)
               if face.aligned_after is not None]
    rows += [_face_row(face, index) for index, face in painted[:_MAX_FACE_ROWS]]
    return _stack(rows)


def panel_png(result: Result) -> bytes:
    """The panel as a PNG file, which is marked as synthetic if a face was painted."""
    marks = PngInfo()
    if result.is_reconstructed:
        marks.add_itxt("XML:com.adobe.xmp", _MARK)
    file = io.BytesIO()
    draw_panel(result).save(file, "PNG", pnginfo=marks)
    return file.getvalue()


def _scaled(image: PilImage, scale: float) -> PilImage:
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, Image.BOX)


def _captioned(tile: PilImage, caption: str) -> PilImage:
    font = ImageFont.load_default()
    width = max(tile.width, int(ImageDraw.Draw(tile).textlength(caption, font=font)) + _GAP)
    sheet = Image.new("RGB", (width, tile.height + _CAPTION_HEIGHT), _PAPER)
    sheet.paste(tile, (0, _CAPTION_HEIGHT))
    ImageDraw.Draw(sheet).text((2, _CAPTION_HEIGHT - 16), caption, fill=_INK, font=font)
    return sheet


def _row(tiles: List[PilImage]) -> PilImage:
    width = _GAP + sum(tile.width + _GAP for tile in tiles)
    row = Image.new("RGB", (width, max(tile.height for tile in tiles) + _GAP), _PAPER)
    x = _GAP
    for tile in tiles:
        row.paste(tile, (x, 0))
        x += tile.width + _GAP
    return row


def _stack(rows: List[PilImage]) -> PilImage:
    sheet = Image.new("RGB", (max(row.width for row in rows), sum(row.height for row in rows)),
                      _PAPER)
    y = 0
    for row in rows:
        sheet.paste(row, (0, y))
        y += row.height
    return sheet


def _masks(photo: PilImage, result: Result, scale: float) -> PilImage:
    """Tints the masks, and draws a box with the status of every face."""
    tile = photo.copy()
    tint = Image.blend(photo, Image.new("RGB", photo.size, _MASK), _MASK_SHARE)
    for face in result.faces:
        if face.mask is not None:
            height, width = result.photo.shape[:2]
            mask = Image.new("L", (width, height))
            mask.paste(Image.fromarray(face.mask.pixels), (face.mask.x, face.mask.y))
            tile.paste(tint, (0, 0), mask.resize(tile.size, Image.NEAREST))
    pencil = ImageDraw.Draw(tile)
    for face in result.faces:
        x, y = face.box.x * scale, face.box.y * scale
        pencil.rectangle((x, y, x + face.box.width * scale, y + face.box.height * scale),
                         outline=_BOX)
        pencil.text((x, max(y - 14, 0)), face.status.name.lower(), fill=_BOX)
    return tile


def _landmarks(photo: PilImage, result: Result, scale: float) -> PilImage:
    """Draws the landmarks from red (confidence 0) to green (confidence 1), and the lines of the
    face through them."""
    tile = photo.copy()
    pencil = ImageDraw.Draw(tile)
    for face in result.faces:
        if face.landmarks is None:
            continue
        for line in _strokes(face.landmarks.to_ibug68(), scale):
            pencil.line(line, fill=_STROKE)
        radius = min(max(round(max(face.box.width, face.box.height) * scale / 120), 1), 4)
        for (x, y), color in zip(face.landmarks.points * scale, _colors(face.landmarks)):
            pencil.ellipse((x - radius, y - radius, x + radius, y + radius), fill=color)
    return tile


def _strokes(landmarks: Landmarks, scale: float) -> Iterable[List[Tuple[float, float]]]:
    for first, last, is_closed in _STROKES:
        points = [(float(x), float(y)) for x, y in landmarks.points[first:last + 1] * scale]
        yield points + points[:1] if is_closed else points


def _colors(landmarks: Landmarks) -> List[Tuple[int, int, int]]:
    confidence = [1.0] * len(landmarks.points) if landmarks.confidence is None \
        else landmarks.confidence.tolist()
    return [(round(255 * (1 - value)), round(230 * value), 0) for value in confidence]


def _face_row(face: Face, index: int) -> PilImage:
    after = "after"
    if face.gender != Gender.UNDECIDED:
        after += f": {face.gender.name.lower()} {face.gender_probability:.2f}"
        after += ", uncertain" if face.gender_uncertain else ""
    images: List[Tuple[Optional[PixelArray], str]] = [
        (face.aligned_before, f"face {index}: before"), (face.aligned_mask, "mask"),
        (face.aligned_after, after), (face.aligned_alternative, "alternative")]
    return _row([_captioned(Image.fromarray(pixels).convert("RGB"), caption)
                 for pixels, caption in images if pixels is not None])
