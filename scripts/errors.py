"""The one kind of error that a user can cause: a sentence, what to do next, and an exit status."""

from __future__ import annotations


class UserError(Exception):
    """A fault that whoever typed the command can mend.

    `sentence` says what is wrong, `next_step` what to do about it. The command line prints both, without a traceback, and
    exits with `status` (1 unless told otherwise).
    """

    def __init__(self, sentence: str, next_step: str = "", status: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.next_step = next_step
        self.status = status
