"""What an answer was written as: whoever has no payload key can answer by copies alone (docs/protocol.md)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from temporalio.api.common.v1 import Payload

FAILURE, ANSWER = 2, 3


@dataclass
class Question:
    """And what was heard in answer to it."""

    what: str
    kinds: set[int] = field(default_factory=set)
    # The type of a failure, as a worker has encrypted it: the one in the clear anybody could write.
    refused_as: str | None = None


ASKED: ContextVar[Question] = ContextVar("asked")


def of_update(name: str, update_id: str) -> str:
    return f"u {name} {update_id[-12:]}"


def of_query(name: str) -> str:
    return f"q {name}"


def end_of(run_id: str) -> str:
    return f"r {run_id[-12:]}"


@contextmanager
def answers_to(what: str) -> Iterator[Question]:
    """Whatever is decrypted within answers this, or is refused by ValueError."""
    question = Question(what)
    token = ASKED.set(question)
    try:
        yield question
    finally:
        ASKED.reset(token)


@contextmanager
def asked(what: str) -> Iterator[None]:
    """And what returns is an answer, not a failure given for one, nor nothing."""
    with answers_to(what) as question:
        yield
        if question.kinds != {ANSWER}:
            raise ValueError(f"{what}: this was no answer: whoever sent it has no payload key")


def heard(payload: Payload) -> Payload:
    """Each decrypted payload comes by. An older worker wrote one byte alone, which is not taken here."""
    question = ASKED.get()
    written_as = payload.metadata.get("as", b"")
    if written_as[1:] != question.what.encode():
        raise ValueError(f"{question.what}: a copy of another answer came to this question")
    question.kinds.add(written_as[0])
    if written_as[0] == FAILURE:
        said = json.loads(payload.data or b"null")
        if isinstance(said, dict) and "message" in said:
            question.refused_as = said.get("type")
    return payload
