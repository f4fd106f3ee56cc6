"""What a spreadsheet displays of a workbook: each cell by the number format that the file itself gives it, in English."""

from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

SPACE = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
GENERAL = "General"


def displayed(value: str, number_format: str) -> str:
    """Excel keeps 15 digits of a number, and rounds halves away from zero."""
    number = Decimal(f"{float(value):.15g}")
    if number_format == GENERAL:
        return f"{number.normalize():f}"
    digits = len(number_format.rstrip("%").partition(".")[2])
    number = number * 100 if number_format.endswith("%") else number
    number = number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{number:{',' if ',' in number_format else ''}.{digits}f}{'%' if number_format.endswith('%') else ''}"


def displayed_lines(workbook: bytes) -> list[dict[str, str]]:
    """The lines of the first sheet as somebody reads them, by their headings; an empty cell is missing."""
    with ZipFile(BytesIO(workbook)) as book:
        texts = [
            "".join(text.text or "" for text in item.iterfind(".//s:t", SPACE))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml")).iterfind("s:si", SPACE)
        ]
        formats = _formats(ElementTree.fromstring(book.read("xl/styles.xml")))
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    head, *rows = [
        {
            (cell.get("r") or "").rstrip("0123456789"): (
                texts[int(value)]
                if cell.get("t") == "s"
                else displayed(value, formats[int(cell.get("s") or 0)])
            )
            for cell in row.iterfind("s:c", SPACE)
            if (value := cell.findtext("s:v", "", SPACE))
        }
        for row in sheet.iterfind(".//s:row", SPACE)
    ]
    return [{words: row[column] for column, words in head.items() if column in row} for row in rows]


def _formats(styles: ElementTree.Element) -> list[str]:
    """The number format of each style of a cell. `0`, `0.00` and such have numbers of Excel's own."""
    own = {"1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%"}
    named = own | {
        one.get("numFmtId") or "": one.get("formatCode") or ""
        for one in styles.iterfind(".//s:numFmt", SPACE)
    }
    return [named.get(one.get("numFmtId") or "", GENERAL) for one in styles.iterfind("s:cellXfs/s:xf", SPACE)]
