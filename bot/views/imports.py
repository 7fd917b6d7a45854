"""An import of many leads: what was given, which column is what, what would come of it, and the one card it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.importing.plan import CONSENTS, MODES, Plan
from bot.rules.mapping.guessing import Column
from bot.views import kit
from bot.views.cards import CLAIM, title
from bot.views.followup_forms import select
from bot.views.forms import field, form, page, text_input
from bot.views.kit import At, Block, Message, Person, Piece, Strong
from store.models import Lead

LOOK, MINE, FAILED, UNDO, CHANGE = "import.look", "import.mine", "import.failed", "import.undo", "import.columns"
COLUMNS, PREVIEW = "form.import_columns", "form.import_preview"
NEW_FILE, PASTE = "form.import_file", "form.import_paste"
FILE, TEXT = "file", "text"
COLUMN = "column."  # and its number: the block of one column
LEAVE_OUT, EXTRA = "-", "extra"
PER_PAGE = 20
FILE_TYPES = ("csv", "xlsx", "tsv", "txt")
MOST_SHOWN = 10  # of my leads
SURE_ENOUGH = 0.9  # of a column: how sure a guess is, is only worth saying below
UNDOUBTED = frozenset({"chosen by hand", "kept as an extra field"})
USUAL_NOTES = frozenset({
    "It is written in UTF-8.", "It is written in UTF-8 with a mark.", "It is an Excel workbook.",
    "Cells are separated by “,”.", "Cells are separated by “;”.", "Cells are separated by tabs.",
})  # fmt: skip
VERDICTS = {
    "new": ("new", "New"), "same": ("the same as a lead we have", "The same as a lead we have"),
    "ask": ("could be somebody we have", "Could be somebody we have"),
    "invalid": ("cannot be taken", "Cannot be taken"),
}  # fmt: skip


@dataclass(frozen=True)
class Draft:
    """A file that was given, and how its columns are read."""

    import_id: int
    file_name: str
    rows: int
    plan: Plan
    fields: Mapping[str, str]  # what a column can be, with what people call it
    samples: tuple[tuple[str, ...], ...] = ()  # for each column, what stands in the first rows
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forecast:
    """What would come of an import."""

    import_id: int
    file_name: str
    counts: Mapping[str, int]
    examples: Mapping[str, tuple[tuple[int, str, str], ...]]  # by verdict: line, who, why
    shares: tuple[tuple[str, int], ...] = ()  # by rep
    owners: int = 0  # go to whoever has the account
    held: int = 0
    open: int = 0
    refusal: str = ""  # why this person may not do it


@dataclass(frozen=True)
class Progress:
    """An import as it stands."""

    import_id: int
    file_name: str
    status: str
    rows: int
    done: int
    counts: Mapping[str, int]
    by: Person | None = None
    shares: tuple[tuple[Person, int], ...] = ()
    held: int = 0
    open: int = 0
    undo_until: datetime | None = None
    problem: str = ""
    kept: tuple[str, ...] = ()  # leads that somebody has worked on, when it was taken back
    undone: int = 0


def given(file_name: str, rows: int, import_id: int, *, problem: str = "") -> Message:
    """To whoever dropped the file, and nobody else."""
    said = f": {kit.plural(rows, 'row')}. " if rows else ". "
    pieces: tuple[Piece, ...] = (Strong(file_name), said, problem or "Shall I read it as leads?")
    look = kit.button("Look at it", LOOK, str(import_id), style="primary", says=f"Look at {file_name}")
    return Message(kit.fallback(*pieces), (kit.line(*pieces), kit.actions("import", look)))


def working(file_name: str, done: int = 0, rows: int = 0) -> Block:
    """While it takes longer than a form may take to open."""
    how_far = f"{done:,} of {rows:,} rows" if done and rows else "a moment"
    return page("Import", kit.say("Reading ", Strong(file_name), f" … {how_far}."))


def gone_wrong(sentence: str) -> Block:
    return page("Import", kit.say(sentence))


def columns(value: Draft, number: int = 0) -> Block:
    """A page of columns, each with what it was taken for; what is done with all leads is asked on the last."""
    first = number * PER_PAGE
    shown = range(first, min(first + PER_PAGE, len(value.plan.columns)))
    unusual = [note for note in value.notes if note not in USUAL_NOTES]
    about = " ".join([f"{value.file_name}: {kit.plural(value.rows, 'row')}.", *unusual])
    blocks = [kit.context(about), *(column(value, index) for index in shown)]
    is_last = first + PER_PAGE >= len(value.plan.columns)
    if is_last:
        blocks += choices(value.plan)
    return form(COLUMNS, "Import", "Next", *blocks, about=f"{value.import_id}:{number}")


def column(value: Draft, index: int) -> Block:
    one = value.plan.columns[index]
    examples = "; ".join(cell for cell in value.samples[index] if cell)[:200] if index < len(value.samples) else ""
    known = list(value.fields.items())[: 100 - 2]
    own = (f"Extra field “{one.heading}”", EXTRA)
    options = (("Leave it out", LEAVE_OUT), *((name, key) for key, name in known), own)
    chosen = LEAVE_OUT if one.field is None else one.field if one.field in value.fields else EXTRA
    hint = " ".join(said for said in (doubt(one, is_extra=chosen == EXTRA), examples) if said)
    return field(f"{COLUMN}{index}", one.heading[:150] or "—", select(options, chosen), hint=hint[:300])


def doubt(one: Column, *, is_extra: bool) -> str:
    """Why a column may not be what it was taken for; nothing where a person would have done the same."""
    if one.why in UNDOUBTED or (one.confidence >= SURE_ENOUGH and one.field is not None and not is_extra):
        return ""
    if one.field is None or is_extra:
        return f"{one.why[:1].upper()}{one.why[1:]}."
    return f"{one.confidence:.0%} sure: {one.why}."


def choices(plan: Plan) -> list[Block]:
    return [
        kit.divider(),
        field("mode", "How are they dealt?", select(tuple((says, key) for key, says in MODES.items()), plan.mode)),
        field("source", "Source", text_input(initial=plan.source, longest=80), optional=True,
              hint="Where the file does not say."),
        field("campaign", "Campaign", text_input(initial=plan.campaign, longest=120), optional=True),
        field("consent", "Who may be e-mailed?",
              select(tuple((says, key) for key, says in CONSENTS.items()), plan.consent),
              hint="Whoever withdrew before stays withdrawn."),
        field("wording", "What did they agree to, word for word?",
              text_input(multiline=True, initial=plan.wording, longest=1000), optional=True),
    ]  # fmt: skip


def preview(value: Forecast) -> Block:
    """What would happen, before anything does."""
    blocks = [kit.line(Strong(f"{value.file_name}: "), counted(value.counts) or "no rows", ".")]
    if value.refusal:
        blocks.append(kit.line(value.refusal))
    blocks.append(kit.line(Strong("They would go to: "), *whither(value)))
    for verdict, (_, heading) in VERDICTS.items():
        rows = value.examples.get(verdict, ())
        if rows:
            blocks.append(kit.line(Strong(f"{heading}: {value.counts.get(verdict, 0):,}")))
            blocks.append(kit.lines([(example(*row, is_refused=verdict == "invalid"),) for row in rows]))
    change = kit.button("Change the columns", CHANGE, str(value.import_id))
    blocks += [
        kit.actions("import", change),
        kit.context("They get one card together, and a card each when somebody works on them. Undo for a day."),
    ]
    if value.refusal or not any(value.counts.get(verdict, 0) for verdict in ("new", "same", "ask")):
        return page("Import", Message("", tuple(blocks)))
    return form(PREVIEW, "Import", "Import", *blocks, about=str(value.import_id))


def started(file_name: str, channel: str | None) -> Message:
    where: tuple[Piece, ...] = (", in ", kit.Channel(channel), ",") if channel else ()
    return kit.say(Strong(file_name), " is being imported. Its card", *where, " tells how far it is.")


def counted(counts: Mapping[str, int]) -> str:
    """ "13 new, 1 could be somebody we have"; of what there is none, nothing."""
    return ", ".join(f"{counts[verdict]:,} {said}" for verdict, (said, _) in VERDICTS.items() if counts.get(verdict))


def example(line: int, who: str, why: str, *, is_refused: bool) -> str:
    """What is wrong comes first: the row below it may be long."""
    if is_refused:
        return f"Line {line}: {why} It says: {who}" if why else f"Line {line}: {who}"
    return f"Line {line}: {who}" + (f", {why}" if why else "")


def whither(value: Forecast) -> list[Piece]:
    found = [f"{name} {count:,}" for name, count in value.shares]
    found += [f"whoever has the account {value.owners:,}"] if value.owners else []
    found += [f"waiting until somebody is free {value.held:,}"] if value.held else []
    found += [f"open to the team {value.open:,}"] if value.open else []
    return [(", ".join(found) or "nobody") + "."]


def new_file() -> Block:
    """For those who would rather not drop it into the conversation."""
    files: Block = {"type": "file_input", "filetypes": list(FILE_TYPES), "max_files": 1}
    return form(
        NEW_FILE, "Import leads", "Look at it",
        kit.context("Or drop the file into a channel where I am, or into our direct messages."),
        field(FILE, "A file of leads", files, hint="CSV, TSV or Excel (.xlsx); the first row names the columns."),
    )  # fmt: skip


def paste() -> Block:
    return form(
        PASTE, "Paste leads", "Look at it",
        field(TEXT, "One person a line", text_input(multiline=True),
              hint="As on a business card: Jane Doe, Acme, jane@acme.example, +49 30 901820"),
    )  # fmt: skip


def card(value: Progress) -> Message:
    """Of all the leads together, edited while they come in and are dealt."""
    headline = f"{value.file_name}: {state(value)}"
    blocks: list[Block] = [kit.header(headline)]
    summed = counted(value.counts)
    if summed and not headline.startswith(f"{value.file_name}: {summed} lead"):  # or the headline says it
        blocks.append(kit.line(f"{summed}."))
    if value.problem:
        blocks.append(kit.line(value.problem))
    has: list[tuple[Piece, ...]] = [(who, f"  {kit.plural(leads, 'lead')}") for who, leads in value.shares]
    has += [(f"{value.held:,} wait for somebody to be free",)] if value.held else []
    has += [(f"{value.open:,} are open to everyone in the team",)] if value.open else []
    if has and value.status not in ("undoing", "undone"):
        blocks.append(kit.lines(has))
    if value.kept:
        blocks.append(kit.line(Strong("Stay, because somebody has worked on them: "), "; ".join(value.kept)))
    if value.by:
        blocks.append(kit.line("Imported by ", value.by, *undo_until(value)))
    if value.status in ("running", "done", "failed"):
        blocks.append(buttons(value))
    return Message(kit.fallback(headline), tuple(blocks))


def state(value: Progress) -> str:
    match value.status:
        case "running":
            return f"{value.done:,} of {value.rows:,} rows so far" if value.rows else f"{value.done:,} rows so far"
        case "undoing":
            return "being taken back"
        case "undone":
            return f"taken back, {kit.plural(value.undone, 'lead')}"
        case "failed":
            return f"stopped after {kit.plural(value.done, 'row')}"
        case _:
            return f"{kit.plural(value.counts.get('new', 0) + value.counts.get('ask', 0), 'new lead')}"


def undo_until(value: Progress) -> list[Piece]:
    return [". It can be undone until ", At(value.undo_until), "."] if value.undo_until else ["."]


def buttons(value: Progress) -> Block:
    import_id = str(value.import_id)
    found = [kit.button("My leads", MINE, import_id, says=f"My leads from {value.file_name}")]
    if value.counts.get("invalid", 0):
        found.append(kit.button("Failed rows", FAILED, import_id, says=f"Failed rows of {value.file_name}"))
    if value.undo_until or value.status != "done":
        undo = kit.button("Undo", UNDO, import_id, style="danger", says=f"Undo the import of {value.file_name}")
        found.append({**undo, "confirm": sure(value)})
    return kit.actions("import", *found)


def sure(value: Progress) -> Block:
    return {
        "title": kit.label("Take it all back?", 100),
        "text": kit.plain(f"The leads of {value.file_name} that nobody has worked on go; those that somebody has "
                          "worked on stay, and are named.", 300),
        "confirm": kit.label("Take it back", 30), "deny": kit.label("Keep it", 30), "style": "danger",
    }  # fmt: skip


def mine(file_name: str, leads: list[Lead], *, rep_id: int, more: bool = False) -> Message:
    """Those of an import that are one rep's, or theirs to claim."""
    if not leads:
        return kit.say("None of the leads from ", Strong(file_name), " is yours so far.")
    blocks: list[Block] = [kit.line(Strong(f"Yours from {file_name}"))]
    for lead in leads:
        blocks.append(kit.line(Strong(title(lead)[:120]), f"  {lead.stage}"))
        if lead.owner_id != rep_id:
            claim = kit.button("Claim", CLAIM, str(lead.id), style="primary", says=f"Claim {title(lead)}")
            blocks.append(kit.actions(f"lead{lead.id}", claim))
    if more:
        blocks.append(kit.context("There are more; /lead list mine shows the newest."))
    return Message(kit.fallback(f"Yours from {file_name}"), tuple(blocks))


def gone(file_name: str) -> Message:
    """To a rep who had been told of theirs."""
    return kit.say("The import of ", Strong(file_name), " was taken back. What you have not worked on is gone.")


def got(file_name: str, import_id: int, leads: int, offered: int) -> Message:
    """To a rep, once for all of them."""
    said = [f"{kit.plural(leads, 'lead')} from ", Strong(file_name), f" {'is' if leads == 1 else 'are'} yours now."]
    claimable = f"{kit.plural(offered, 'lead')} from {file_name} {'is' if offered == 1 else 'are'} yours to claim."
    pieces: list[Piece] = [*(said if leads else ()), *((f" {claimable}" if leads else claimable,) if offered else ())]
    button = kit.button("My leads", MINE, str(import_id), says=f"My leads from {file_name}")
    return Message(kit.fallback(*pieces), (kit.line(*pieces), kit.actions("import", button)))
