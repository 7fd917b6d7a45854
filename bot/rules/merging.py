"""What a merge changes in rows, written down so that a split can take back exactly that, and nothing later. Pure."""

from typing import Any

Values = dict[str, Any]
Picture = dict[str, Values]  # of rows, by table and number, like "lead:57"
Changes = dict[str, dict[str, Any]]  # of rows, by column: [before, after], or by key for columns that hold several
# What the kept lead takes over where it has nothing itself.
FILLED = ("email", "phone", "company", "title", "country", "website", "account", "campaign", "message", "visitor")
JOINED = ("fields", "profile", "originals")


def filled(kept: Values, gone: Values) -> Values:
    """What the kept lead gets to know; where both know something, the kept one's stays."""
    found = {name: gone[name] for name in FILLED if gone.get(name) and not kept.get(name)}
    for name in JOINED:
        more = {key: value for key, value in gone[name].items() if key not in kept[name]}
        if more:
            found[name] = {**kept[name], **more}
    return found


def filled_names(kept: Values, found: Values) -> tuple[str, ...]:
    """What `filled` found, by the names that people know, further fields as fields.budget."""
    plain = [name for name in FILLED if name in found and name not in ("account", "visitor")]
    more = [f"{name}.{key}" for name in ("fields", "profile") for key in sorted({*found.get(name, ())} - {*kept[name]})]
    return (*plain, *more)


def changes(before: Picture, after: Picture) -> Changes:
    """What differs, row by row; rows that are only in one of them are left out."""
    found = {key: of_row(before[key], after[key]) for key in before if key in after}
    return {key: changed for key, changed in found.items() if changed}


def of_row(before: Values, after: Values) -> Values:
    return {
        name: of_keys(was, after[name]) if isinstance(was, dict) and isinstance(after[name], dict)
        else [was, after[name]]
        for name, was in before.items() if was != after[name]
    }  # fmt: skip


def of_keys(before: Values, after: Values) -> Values:
    """For each key that differs what it held, in a list that is empty where there was nothing."""
    return {
        key: [held(before, key), held(after, key)]
        for key in sorted({*before, *after}) if held(before, key) != held(after, key)
    }  # fmt: skip


def held(values: Values, key: str) -> list[Any]:
    return [values[key]] if key in values else []


def taken_back(changed: Values, now: Values) -> Values:
    """The columns of one row that get their old value; whatever was changed since stays as it is."""
    found: Values = {}
    for name, change in changed.items():
        if isinstance(change, dict):
            old = keys_taken_back(change, now[name])
            if old != now[name]:
                found[name] = old
        elif now[name] == change[1]:
            found[name] = change[0]
    return found


def keys_taken_back(changed: Values, now: Values) -> Values:
    result = dict(now)
    for key, (was, became) in changed.items():
        if held(now, key) == became:
            result.pop(key, None)
            result |= {key: was[0]} if was else {}
    return result


def rebased(later: Values, earlier: Values) -> Values:
    """A later merge's changes of the same row, when an earlier one is taken back before it.

    What the later one found was the earlier one's doing: it is to restore what stood there before both.
    """
    return {
        name: rebased(change, earlier[name]) if isinstance(change, dict) and isinstance(earlier.get(name), dict)
        else [earlier[name][0], change[1]] if is_built_on(change, earlier.get(name)) else change
        for name, change in later.items()
    }  # fmt: skip


def is_built_on(later: Any, earlier: Any) -> bool:
    return isinstance(later, list) and isinstance(earlier, list) and later[0] == earlier[1]
