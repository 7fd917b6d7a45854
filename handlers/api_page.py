"""The description of the HTTP API as one plain page: no scripts, nothing fetched from anywhere."""

from collections.abc import Sequence
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1d1c1d }
table { border-collapse: collapse; width: 100% }
td, th { border: 1px solid #ddd; padding: .4rem .6rem; text-align: left }
code { background: #f4f4f4; padding: .1rem .3rem }
"""

Json = dict[str, Any]


def page(document: Json) -> str:
    """The OpenAPI document as HTML."""
    info = document["info"]
    operations = [
        operation(method, path, details)
        for path, methods in document["paths"].items()
        for method, details in methods.items()
    ]
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(info["title"])} API</title>'
        f"<style>{STYLE}</style><h1>{escape(info['title'])} API</h1><p>{escape(info['description'])}</p>"
        f'{"".join(operations)}<p>For machines: <a href="openapi.json">openapi.json</a></p></html>'
    )


def operation(method: str, path: str, details: Json) -> str:
    content = details.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    fields = schema.get("anyOf", [schema])[0].get("properties", {})
    body = [(name, kind(field), about(field)) for name, field in fields.items()]
    answers = [(status, answer["description"]) for status, answer in details["responses"].items()]
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(details.get('description', ''))}</p>"
        + table(("Field", "Type", "Meaning"), body)
        + table(("Answer", "Meaning"), answers)
    )


def kind(field: Json) -> str:
    """The field's type, without the null that every optional field allows."""
    types = [choice.get("type", "anything") for choice in field.get("anyOf", [field])]
    return " or ".join(one for one in types if one != "null")


def about(field: Json) -> str:
    examples = ", ".join(str(example) for example in field.get("examples", []))
    parts = (field.get("description", "").rstrip("."), f"Like {examples}" if examples else "")
    return ". ".join(part for part in parts if part)


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    lines = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{escape(head)}</th>' for head in heads)}</tr>{lines}</table>"
