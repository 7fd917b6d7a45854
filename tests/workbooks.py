"""Writes small Excel workbooks by hand, good and bad ones, for the tests of what reads them."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HIDDEN = ' state="hidden"'
Cell = str | int | float | bool | date | None


def letters(column: int) -> str:
    return chr(65 + column) if column < 26 else letters(column // 26 - 1) + chr(65 + column % 26)


def cell_xml(row: int, column: int, value: Cell) -> str:
    at = f'r="{letters(column)}{row}"'
    match value:
        case None:
            return ""
        case bool():
            return f'<c {at} t="b"><v>{int(value)}</v></c>'
        case int() | float():
            return f"<c {at}><v>{value!r}</v></c>"
        case date():
            moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
            days = (moment - datetime(1899, 12, 30)).total_seconds() / 86400  # noqa: DTZ001
            return f'<c {at} s="1"><v>{days!r}</v></c>'
    return f'<c {at} t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet_xml(rows: Sequence[Sequence[Cell]], first: int = 1) -> str:
    made = "".join(
        f'<row r="{number}">{"".join(cell_xml(number, at, cell) for at, cell in enumerate(row))}</row>'
        for number, row in enumerate(rows, start=first)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{made}</sheetData></worksheet>'


def workbook(sheets: Mapping[str, Sequence[Sequence[Cell]] | str], *, hidden: Sequence[str] = ()) -> bytes:
    """Sheets by name, as rows or as the XML itself."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="rId{at}"{HIDDEN * (name in hidden)}/>'
        for at, name in enumerate(names, start=1)
    )
    related = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at, _ in enumerate(names, start=1)
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{related}'
        f'<Relationship Id="rId99" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="22"/></cellXfs></styleSheet>',
        **{
            f"xl/worksheets/sheet{at}.xml": rows if isinstance(rows, str) else sheet_xml(rows)
            for at, rows in enumerate(sheets.values(), start=1)
        },
    }
    return zipped(parts)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()
