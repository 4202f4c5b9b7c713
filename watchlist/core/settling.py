"""Settling: what up to three sources say of one security becomes bars to store, doubts, and open questions.

A source's word is enough for a new bar that nothing speaks against. What contradicts the stored past, the calendar, the
price limits or another source needs a second source of the same opinion, or a person; so does a first answer, of which
nothing is stored that could speak for or against it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from watchlist.core.arrival import NEVER, OVERLAP, Answer, Bar, Doubt, Ground, row_of, same_bar

# Rows shown of an answer that is not believed as a whole.
_SHOWN: Final = 5
UNCONFIRMED: Final = "unconfirmed"
# Doubts about a whole answer that a person ends by trusting its source.
TRUSTABLE: Final = frozenset({UNCONFIRMED, "overlap"})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row in quarantine about which nobody has decided yet."""

    number: int
    source: str
    session: str
    rule: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class Held:
    """A doubt of one source's answer, and how it ended: ``resolution`` is ``None`` while it waits."""

    source: str
    doubt: Doubt
    resolution: str | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What a security's answers come to.

    Attributes:
        bars: new or changed bars by session, with the source each is taken from.
        changed: the sessions among them that replace a stored bar.
        held: what was not believed.
        resolved: earlier doubts that are settled now: number in quarantine to the words of it.
        ask: whether another source could settle something that is open.
    """

    bars: Mapping[str, tuple[str, Bar]]
    changed: tuple[str, ...]
    held: tuple[Held, ...]
    resolved: Mapping[int, str]
    ask: bool


@dataclass(frozen=True, slots=True)
class _Voice:
    source: str
    bar: Bar
    believed: bool  # the answer fits and the row broke no rule
    rule: str


def settle(
    answers: Sequence[Answer], ground: Ground, waiting: Sequence[Waiting] = (), *, first: bool = False
) -> Settled:
    """Decide session by session.

    Args:
        answers: in the order they were asked; the first is preferred where several agree.
        waiting: what is in quarantine of this security; it speaks for a source that is not among the answers.
        first: nothing is stored of the security yet, so that the first answer has to be compared with a second.
    """
    believed = _believed(answers, ground)
    bars: dict[str, tuple[str, Bar]] = {}
    held: list[Held] = [_whole(answer, ground, believed) for answer in answers if answer.source not in believed]
    plain = _unopposed(answers, believed, ground) if not waiting else frozenset()
    for session in sorted({session for answer in answers for session in answer.rows}):
        if session in plain:
            bars[session] = (answers[0].source, answers[0].rows[session])
            continue
        voices = _voices(session, answers, believed, waiting)
        chosen = _choose(voices, ground.stored.get(session))
        if chosen is not None:
            bars[session] = (chosen.source, chosen.bar)
        held += _overruled(session, voices, chosen, ground.stored.get(session), believed)
    trusted = [answer for answer in answers if answer.source in believed]
    held += [_refused(answer.source, doubt, bars, ground) for answer in trusted for doubt in answer.refused]
    changed = tuple(session for session in bars if session in ground.stored)
    resolved = _resolve(waiting, answers, bars, ground)
    is_open = any(one.resolution is None and one.doubt.rule != "unfinished" for one in held)
    short = not trusted or (len(trusted) == 1 and (bool(trusted[0].missing) or trusted[0].late))
    alone = first and len(answers) == 1
    still = any(one.number not in resolved for one in waiting)
    return Settled(bars, changed, _merged(held), resolved, ask=is_open or short or alone or still)


def _unopposed(answers: Sequence[Answer], believed: frozenset[str], ground: Ground) -> Collection[str]:
    """Name the sessions that a believed answer brings alone, nothing doubts and nothing is stored of: nearly all."""
    if len(answers) != 1 or answers[0].source not in believed:
        return frozenset()
    return answers[0].rows.keys() - answers[0].doubts.keys() - ground.stored.keys()


def unconfirmed(answer: Answer, ground: Ground) -> Settled:
    """Hold a first answer as a whole: nobody else has the security, so that nobody can say whether it is right."""
    return Settled({}, (), (_whole(answer, ground, frozenset(), UNCONFIRMED),), {}, ask=True)


def trusted(answer: Answer, ground: Ground, waiting: Sequence[Waiting] = ()) -> Settled:
    """Take a source's word because a person does: what is stored says nothing against it; every other rule still does.

    Args:
        answer: examined as if nothing were stored.
        ground: what is stored, and becomes a revision where the answer differs.
        waiting: what is in quarantine of this security; it ends where the answer has that session.
    """
    alone = settle([answer], replace(ground, stored={}))
    stored = ground.stored
    bars = {s: one for s, one in alone.bars.items() if s not in stored or not same_bar(one[1], stored[s])}
    ended = {one.number: f"a person trusted {answer.source}" for one in waiting if one.session in alone.bars}
    return replace(alone, bars=bars, changed=tuple(s for s in bars if s in stored), resolved=ended)


def _believed(answers: Sequence[Answer], ground: Ground) -> frozenset[str]:
    """Name the sources whose answers are believed as a whole.

    An answer that shares sessions with what is stored is judged by them. Where that does not help, two answers that
    agree with each other are believed, and one alone is believed where nothing speaks against it.
    """
    fitting = [answer for answer in answers if answer.unlike is None]
    judged = {answer.source for answer in fitting if answer.compared}
    pairs = [(a, b) for n, a in enumerate(answers) for b in answers[n + 1 :] if _alike(a, b)]
    supported = {answer.source for pair in pairs for answer in pair}
    if judged:
        return frozenset(judged | {a.source for a in fitting if a.source in supported or not _contested(a, answers)})
    if supported and (not ground.stored or any(a.source in supported for a in fitting)):
        return frozenset(supported)
    if ground.stored:
        return frozenset(supported or {answer.source for answer in fitting})
    return frozenset(answer.source for answer in fitting if not _contested(answer, answers))


def _alike(one: Answer, other: Answer) -> bool:
    """Say whether two answers agree on enough of the newest sessions that both have."""
    shared = sorted(one.rows.keys() & other.rows.keys())[-2 * OVERLAP :]
    agreed = sum(same_bar(one.rows[session], other.rows[session]) for session in shared)
    return bool(shared) and agreed >= min(OVERLAP, len(shared))


def _contested(answer: Answer, answers: Sequence[Answer]) -> bool:
    """Say whether another answer that may be right disagrees with this one."""
    others = [other for other in answers if other is not answer and other.unlike is None]
    return any(answer.rows.keys() & other.rows.keys() and not _alike(answer, other) for other in others)


def _voices(
    session: str, answers: Sequence[Answer], believed: frozenset[str], waiting: Sequence[Waiting]
) -> list[_Voice]:
    found = []
    for answer in answers:
        if session in answer.rows:
            rule = answer.doubts.get(session, "")
            believes = answer.source in believed
            found.append(_Voice(answer.source, answer.rows[session], believes and not rule, rule))
    present = {voice.source for voice in found}
    for one in waiting:
        if one.session == session and one.source not in present and one.rule not in NEVER:
            present.add(one.source)
            found.append(_Voice(one.source, one.bar, believed=False, rule=one.rule))
    return found


def _choose(voices: Sequence[_Voice], stored: Bar | None) -> _Voice | None:
    """Choose whose bar of one session is stored; ``None``: nobody's, or it is stored already."""
    support = {n: sum(same_bar(voice.bar, other.bar) for other in voices) for n, voice in enumerate(voices)}
    if stored is not None:
        for_stored = sum(same_bar(voice.bar, stored) for voice in voices)
        changes = [n for n, voice in enumerate(voices) if not same_bar(voice.bar, stored)]
        confirmed = [n for n in changes if support[n] > max(1, for_stored)]
        return voices[confirmed[0]] if confirmed else None
    best = max(support.values(), default=0)
    if best > 1:
        rivals = [n for n, count in support.items() if count == best]
        return voices[rivals[0]] if all(same_bar(voices[n].bar, voices[rivals[0]].bar) for n in rivals) else None
    trusted = [voice for voice in voices if voice.believed]
    return trusted[0] if len(trusted) == 1 else None


def _overruled(
    session: str, voices: Sequence[_Voice], chosen: _Voice | None, stored: Bar | None, believed: frozenset[str]
) -> list[Held]:
    """List what the believed sources said of a session and what was not taken."""
    right = chosen.bar if chosen is not None else stored
    held = []
    for voice in voices:
        if voice.source not in believed or (right is not None and same_bar(voice.bar, right)):
            continue
        agreeing = [v.source for v in voices if right is not None and same_bar(v.bar, right)]
        resolution = f"{', '.join(agreeing)} says otherwise" if agreeing else None
        held.append(Held(voice.source, Doubt(session, voice.rule or "disputed", row_of(voice.bar)), resolution))
    return held


def _whole(answer: Answer, ground: Ground, believed: frozenset[str], rule: str = "disputed") -> Held:
    """Make one doubt of an answer that is not believed: what it said of the newest sessions."""
    unlike = [s for s, bar in answer.rows.items() if s not in ground.stored or not same_bar(bar, ground.stored[s])]
    shown = {session: row_of(answer.rows[session]) for session in unlike[-_SHOWN:]}
    about: dict[str, object] = {"rows": len(answer.rows), "newest": shown}
    resolution = f"{', '.join(sorted(believed))} was believed instead" if believed else None
    return Held(answer.source, Doubt(None, answer.unlike or rule, about), resolution)


def _refused(source: str, doubt: Doubt, bars: Mapping[str, tuple[str, Bar]], ground: Ground) -> Held:
    """Hold a row that cannot be; it waits for nothing where the session has its bar from elsewhere."""
    if doubt.session is not None and doubt.session in bars:
        return Held(source, doubt, f"{bars[doubt.session][0]} was taken instead")
    return Held(source, doubt, "a bar is stored already" if doubt.session in ground.stored else None)


def _resolve(
    waiting: Sequence[Waiting], answers: Sequence[Answer], bars: Mapping[str, tuple[str, Bar]], ground: Ground
) -> dict[int, str]:
    """Find the earlier doubts that these answers settle."""
    resolved = {}
    for one in waiting:
        now = bars[one.session][1] if one.session in bars else ground.stored.get(one.session)
        if now is None:
            continue
        said = {answer.source: answer.rows[one.session] for answer in answers if one.session in answer.rows}
        if one.session in bars and same_bar(one.bar, now):
            resolved[one.number] = f"confirmed by {', '.join(sorted(s for s in said if same_bar(said[s], now)))}"
        elif any(same_bar(bar, now) for bar in said.values()) and not any(
            same_bar(bar, one.bar) for bar in said.values()
        ):
            agreeing = sorted(source for source, bar in said.items() if same_bar(bar, now))
            resolved[one.number] = f"{', '.join(agreeing)} says otherwise"
    return resolved


def _merged(held: Sequence[Held]) -> tuple[Held, ...]:
    """Leave out what is said twice."""
    seen: dict[tuple[str, str | None, str], Held] = {}
    for one in held:
        seen.setdefault((one.source, one.doubt.session, one.doubt.rule), one)
    return tuple(seen.values())
