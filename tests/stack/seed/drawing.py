"""The bytes of the seed's files: pictures from Pillow, documents written out by hand. The same at
every run."""

import io
import zlib

from PIL import Image, ImageDraw


def picture(number: int, image_format: str, size: tuple[int, int] = (320, 200)) -> bytes:
    """A picture with a pattern and a number on it, ``image_format`` PNG or JPEG."""
    width, height = size
    image = Image.new("RGB", size, ((number * 47) % 256, (number * 91) % 256, (number * 13) % 256))
    draw = ImageDraw.Draw(image)
    for step in range(0, width, 8):
        draw.line(
            [(step, 0), (width - step, height)],
            fill=(255 - step % 256, step % 256, (step * number) % 256),
        )
    draw.text((12, 12), f"No. {number}", fill=(255, 255, 255))
    output = io.BytesIO()
    image.save(output, image_format)
    return output.getvalue()


def pdf(text: str) -> bytes:
    """A PDF of one page with one line of text."""
    content = zlib.compress(f"BT /F1 24 Tf 72 720 Td ({text}) Tj ET".encode("latin-1"))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 "
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(content), content),
    ]
    document, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(document)
    document += b"xref\n0 5\n0000000000 65535 f \n" + table
    return document + b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start


def price_list(lines: int) -> bytes:
    """A CSV file with a byte order mark, as spreadsheets write it."""
    rows = [f"{number:04d};Größe {number};{number * 1.19:.2f}" for number in range(lines)]
    return ("\ufeff" + "\r\n".join(["sku;name;price", *rows])).encode()
