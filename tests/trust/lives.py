# Copyright (c) 2026 vox.roster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets records live from creation to removal, and holds every step against what the sandbox really keeps."""

from __future__ import annotations

import json
import re
import typing as t
from dataclasses import dataclass
from functools import partial

if t.TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ansible_collections.vox.roster.tests.trust.pairs import Setting
    from ansible_collections.vox.roster.tests.trust.state import State, Stored
    from ansible_collections.vox.roster.tests.trust.subjects import Options, Result, Subject
    from ansible_collections.vox.roster.tests.unit.sandbox_client import Sandbox

    # The records that a step is about, by key, and the stored names that it may change; None for the whole record.
    Touched = Mapping[str, set[str] | None]

ABSENT = {"state": "absent"}


@dataclass(frozen=True)
class Witness:
    """Carries out the steps of one subject under one setting, with the singular or the plural module."""

    subject: Subject
    plural: bool
    setting: Setting
    sandbox: Sandbox
    state: State

    def steps(self, ones: Sequence[int], only: int) -> Iterator[tuple[str, Callable[[], None]]]:
        """The life of the records with these numbers, step by step, by name.

        only: says which field is changed all by itself.
        """
        subject, setting = self.subject, self.setting
        changing, later = subject.changing(setting), subject.changing(setting, 1)
        single = later[only % len(later)]

        def stage(number: int) -> None:
            items = [subject.options(n, number, setting) for n in ones]
            names = subject.stored_names(changing) if number else None
            self.settle(items, {subject.key_of(n): names for n in ones})

        def alone() -> None:
            names = {single, subject.key, *subject.along}
            items = [
                {name: value for name, value in subject.options(n, 2, setting).items() if name in names} for n in ones
            ]
            for n, item in zip(ones, items, strict=True):
                unchanged = subject.options(n, 1, setting)
                item.update({name: unchanged[name] for name in subject.along if name != single})
            self.settle(items, {subject.key_of(n): subject.stored_names([single]) for n in ones})

        yield "created", lambda: stage(0)
        yield "changed", lambda: stage(1)
        yield f"only {single} changed", alone
        if subject.switched:
            name, preparation = subject.switched
            yield f"{name} switched", lambda: self._switch(ones, name, preparation)
        if later != [single]:
            yield "emptied", lambda: stage(2)
        first, *others = ones
        rekeyed = subject.rekeyed(first)
        if rekeyed is not None:
            yield "given another key", lambda: self._rekey(first, str(rekeyed))
        if self.plural:
            *removed, last = others
            yield "purged", lambda: self._purge(first, rekeyed or subject.key_of(first), last)
        else:
            removed = others
        gone = [rekeyed or subject.key_of(first), *(subject.key_of(n) for n in removed)]
        yield "removed", lambda: self._remove(gone)

    def settle(self, items: Sequence[Options], touched: Touched, **more: t.Any) -> None:
        """Declare these items: foreseen, done as foreseen, not done again, and nothing else changed."""
        if self.plural:
            self._settle(lambda check: self._many(items, check, **more), self._compare_many, touched)
        else:
            for item in items:
                one: Touched = touched if len(items) == 1 else self._part_of(touched, item)
                self._settle(partial(self._one, item), self._compare_one, one)
        self._declared(items)

    def _part_of(self, touched: Touched, item: Options) -> Touched:
        key = str(item[self.subject.key])
        return {name: names for name, names in touched.items() if name.lower() == key.lower()}

    def _settle(
        self, task: Callable[[bool], Result], compare: Callable[[Result, Result], None], touched: Touched
    ) -> None:
        # A listing of Sunbird follows a change a second later.
        self.state.let_time_pass()
        before = self.stored()
        predicted = task(True)
        assert predicted["changed"], "check mode foresees no change"
        assert self.stored() == before, "check mode wrote something"
        real = task(False)
        assert real["changed"], "nothing was changed"
        after = self.stored()
        self.state.let_time_pass()
        again = task(False)
        assert not again["changed"], again.get("diff") or again
        assert self.stored() == after, "a run that reports no change wrote something"
        compare(predicted, real)
        assert_sound(before, after, touched)

    def _switch(self, ones: Sequence[int], name: str, preparation: str) -> None:
        self.state.execute(preparation)
        names = self.subject.stored_names([name])
        for value in (True, False):
            items = [{self.subject.key: self.subject.key_of(n), name: value} for n in ones]
            self.settle(items, {self.subject.key_of(n): names for n in ones})

    def _rekey(self, n: int, key: str) -> None:
        subject = self.subject
        item: Options = {"id": self.state.identifier(subject.service, subject.key_of(n)), subject.key: key}
        last = subject.options(n, 2, self.setting)
        item.update({name: last[name] for name in subject.along})
        before, names = self.stored(), subject.stored_names([subject.key])
        self.settle([item], {subject.key_of(n): None, key: None})
        old, new = before[_in(before, subject.key_of(n))][0], self.stored()[_in(self.stored(), key)][0]
        lost = {name for name in old if old[name] != new.get(name)} - names
        assert not lost, f"with another key {lost} changed, too"

    def _purge(self, kept: int, key: str, surplus: int) -> None:
        subject = self.subject
        others = sorted(set(self.stored()) - {_in(self.stored(), subject.key_of(surplus))})
        scope = {"purge_filter": self._scope(surplus, kept), "purge": True, **subject.removal}
        item = {subject.key: key, **{name: subject.options(kept, 2, self.setting)[name] for name in subject.along}}
        self.settle([item], {subject.key_of(surplus): None}, **scope)
        assert sorted(self.stored()) == others

    def _scope(self, *ones: int) -> Options:
        """A filter that holds for records with these numbers only, and for nobody of the crowd."""
        name = self.subject.scope or self.subject.key
        values = [str(self.subject.person(n, 0)[name]) for n in ones]
        return {name: "(?i)" + "|".join(re.escape(value) for value in values)}

    def _remove(self, keys: Sequence[str]) -> None:
        items = [{self.subject.key: key, **ABSENT} for key in keys]
        self.settle(items, dict.fromkeys(keys), **(self.subject.removal if self.plural else {}))
        gone = set(self.stored())
        assert not gone & {key.lower() for key in keys} | gone & set(keys)

    def stored(self) -> Stored:
        """What the service holds."""
        return self.state.stored(self.subject.service)

    def _one(self, item: Options, check: bool) -> Result:
        removal = self.subject.removal if item.get("state") == "absent" else {}
        return told(self.subject.run_one(self.sandbox.url, check, **{**item, **removal}))

    def _many(self, items: Sequence[Options], check: bool, **more: t.Any) -> Result:
        return told(self.subject.run_many(self.sandbox.url, items, check, **more))

    def _compare_one(self, predicted: Result, real: Result) -> None:
        record = self.subject.record
        sides = [
            {name: value for name, value in self.subject.comparable(one[record]).items() if name not in self._unknown}
            for one in (predicted, real)
            if one[record] is not None
        ]
        assert len(sides) in (0, 2), "check mode foresees another end"
        if sides:
            assert sides[0] == sides[1], "check mode foresees another record"
        assert predicted["diff"] == real["diff"], "check mode foresees another difference"

    @property
    def _unknown(self) -> set[str]:
        return set(self.subject.server_made)

    @staticmethod
    def _compare_many(predicted: Result, real: Result) -> None:
        for part in ("changed", "summary", "changes", "diff"):
            assert predicted[part] == real[part], f"check mode foresees something else in {part!r}"

    def _declared(self, items: Sequence[Options]) -> None:
        """What was declared is so, seen under readings that show everything."""
        subject, default = self.subject, {name: one["values"][0] for name, one in self.sandbox.dialects().items()}
        connection = (subject.clear_connection or subject.connection)(self.sandbox.url)
        self.sandbox.dialect(**{**default, **subject.clear})
        for item in items:
            removal = subject.removal if item.get("state") == "absent" else {}
            seen = told(subject.run_one(self.sandbox.url, True, **{**connection, **item, **removal}))
            assert not seen["changed"], f"not as declared: {seen.get('diff')}"
        self.sandbox.dialect(**self.setting)


def told(result: Result) -> Result:
    """The result of a task that must succeed."""
    assert not result["failed"], result.get("msg")
    assert "Traceback" not in result["output"]
    return result


def assert_sound(before: Stored, after: Stored, touched: Touched) -> None:
    """No record twice, no mask in the place of a value, and nothing changed that was not to be."""
    twice = [key for key, records in after.items() if len(records) > 1]
    assert not twice, f"twice: {twice}"
    assert "***" not in json.dumps(after), "a mask was stored"
    names_of = {key.lower(): names for key, names in touched.items()}
    for key in before.keys() | after.keys():
        names: set[str] | None = names_of.get(key.lower(), set())
        if names is None:
            continue
        assert key in before and key in after, f"{key} came or went"
        (old,), (new,) = before[key], after[key]
        lost = {
            name: (old.get(name), new.get(name))
            for name in old.keys() | new.keys()
            if old.get(name) != new.get(name) and name not in names
        }
        assert not lost, f"of {key} changed, too: {lost}"


def _in(stored: Stored, key: str) -> str:
    return next(name for name in stored if name.lower() == key.lower())
