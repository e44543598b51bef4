"""The decision tree: how questions are answered, and that exactly one form is recommended, for reasons."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pkg_audit.advice import Answered, advise, answer, load_decision
from pkg_audit.advice.rank import rank
from pkg_audit.audit import facts_of
from pkg_audit.errors import RuleError
from pkg_audit.facts.answers import Assumption, Audience, Deployment, Environment, Kind
from pkg_audit.facts.document import EntryPoint, Facts, ProjectFacts, Sign, SignName, Unsettled, document
from pkg_audit.facts.layout_records import TopLevelName
from pkg_audit.facts.place import Place
from pkg_audit.judge import Judgement, judge
from pkg_audit.model import Advice, Status, Verdict
from pkg_audit.ruleset import load_ruleset
from pkg_audit.ruleset.files import RuleFile
from pkg_audit.tree import open_tree

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RULESET = load_ruleset()
DECISION = load_decision(RULESET)
TECHNOLOGIES = RULESET.technologies

EXAMPLES = Path(__file__).parents[1] / "fixtures" / "projects"
PROJECTS = sorted(entry.name for entry in EXAMPLES.iterdir() if entry.is_dir())
WORSE = ("not-suited", "ready", "ready-with-work", "unknown", "blocked")

LIBRARY = Facts(
    ProjectFacts(Place("pyproject.toml"), "yes", "pure", "no", "yes", "acme", runnable="no", has_dependencies="no"),
    top_level_names=(TopLevelName(Place("acme/__init__.py"), "acme", "package", "runtime", "no", "", ""),),
)
SCRIPT = EntryPoint(
    Place("pyproject.toml", 9), "console_scripts", "acme", "acme:main", "acme", "main", "found", "", "yes", "yes"
)
TOOL = replace(
    LIBRARY,
    project=replace(LIBRARY.project, runnable="yes", script="acme", script_target="acme:main"),
    entry_points=(SCRIPT,),
)


def recommend(
    facts: Facts, said: Mapping[str, Any] | None = None, declared: Sequence[str] = ()
) -> tuple[Advice, Judgement]:
    data = document(facts)
    answers, inferences = answer(data, DECISION, said)
    judgement = judge(data, RULESET, answers=answers)
    advice = advise(
        data, DECISION, RULESET, answers, inferences, judgement.verdicts, judgement.findings, declared=declared
    )
    return advice, judgement


def sign(name: SignName, path: str = "app.py") -> Facts:
    return replace(TOOL, entry_points=(), signs=(Sign(Place(path, 3), name, "thing"),))


@pytest.mark.parametrize(
    ("facts", "kind", "audience", "environment", "deployment"),
    [
        (LIBRARY, "library", "developers", "dev-machine", "single"),
        (TOOL, "tool", "developers", "dev-machine", "single"),
        (sign("board-code"), "firmware", "end-users", "embedded", "batch"),
        (sign("mobile-config"), "mobile-app", "end-users", "mobile", "single"),
        (sign("browser-code"), "web-frontend", "end-users", "browser", "single"),
        (sign("service-object"), "service", "operations", "server", "batch"),
        (sign("service-file"), "service", "operations", "server", "batch"),
        (sign("gui-toolkit"), "gui-app", "end-users", "desktop", "single"),
        (sign("main-module"), "tool", "developers", "dev-machine", "single"),
        (sign("script-block"), "script", "developers", "dev-machine", "single"),
        (
            replace(TOOL, signs=(Sign(Place("x"), "installer-config", "x"),)),
            "tool",
            "end-users",
            "dev-machine",
            "single",
        ),
        (replace(TOOL, signs=(Sign(Place("x"), "batch-file", "x"),)), "tool", "developers", "dev-machine", "batch"),
        (
            Facts(ProjectFacts(Place(), "unknown", "unknown", "unknown", "yes")),
            "unknown",
            "unknown",
            "unknown",
            "unknown",
        ),
    ],
)
def test_questions_are_answered_from_the_facts(
    facts: Facts, kind: str, audience: str, environment: str, deployment: str
) -> None:
    advice, _ = recommend(facts)
    assert (advice.kind, advice.audience, advice.environment, advice.deployment) == (
        kind,
        audience,
        environment,
        deployment,
    )
    assert [inference.question for inference in advice.inferred_from][:4] == [
        "kind",
        "audience",
        "environment",
        "deployment",
    ]


def test_an_answer_names_its_evidence() -> None:
    advice, _ = recommend(TOOL)
    assert (advice.inferred_from[0].because, advice.inferred_from[0].at) == (
        "console script acme",
        Place("pyproject.toml", 9),
    )
    unknown, _ = recommend(Facts(ProjectFacts(Place(), "unknown", "unknown", "unknown", "yes")))
    assert "Set `kind` in the configuration" in unknown.inferred_from[0].because


def test_the_user_has_the_first_word() -> None:
    advice, _ = recommend(LIBRARY, {"kind": "service", "deployment": "single", "audience": None})
    assert (advice.kind, advice.audience, advice.deployment) == ("service", "operations", "single")
    assert advice.inferred_from[0].because == "set by the user"


@pytest.mark.parametrize(
    ("facts", "said", "primary"),
    [
        (LIBRARY, {}, "wheel"),
        (TOOL, {}, "wheel"),
        (replace(LIBRARY, project=replace(LIBRARY.project, kind="native")), {}, "platform-wheel"),
        (TOOL, {"audience": "end-users"}, "pyinstaller"),
        (TOOL, {"kind": "gui-app"}, "pyinstaller"),
        (TOOL, {"kind": "service"}, "pex"),
    ],
)
def test_the_home_of_a_persona_is_recommended(facts: Facts, said: dict[str, Any], primary: str) -> None:
    advice, _ = recommend(facts, said)
    assert advice.primary == primary
    assert len(advice.alternatives) <= 4
    assert primary not in advice.alternatives
    assert not [inference for inference in advice.inferred_from if inference.question == "primary"]


def test_a_home_that_is_not_judged_yet_makes_the_advice_provisional() -> None:
    advice, _ = recommend(
        replace(TOOL, signs=(Sign(Place("Dockerfile"), "container-file", "Dockerfile"),)), {"kind": "service"}
    )
    assert advice.primary == "pex"
    assert advice.inferred_from[-1].because.startswith("provisional: its home is oci")
    mobile, _ = recommend(TOOL, {"kind": "mobile-app"})
    assert mobile.primary is not None
    assert mobile.inferred_from[-1].because.startswith("provisional: its home is kivy")


def test_where_every_form_is_blocked_the_first_repair_is_named() -> None:
    bare = Facts(ProjectFacts(Place(), "no", "pure", "no", "yes", runnable="no"))
    advice, judgement = recommend(bare, {"kind": "library"})
    assert {v.status for v in judgement.verdicts} <= {"blocked", "not-suited"}
    assert advice.primary is None
    assert advice.inferred_from[-1].because.startswith("every form is blocked; mending no-packaging-metadata opens")


def test_a_home_that_nobody_is_sure_of_is_named_with_what_settles_it() -> None:
    doubtful = replace(
        LIBRARY,
        project=replace(LIBRARY.project, kind="unknown"),
        unsettled=(Unsettled(Place("setup.py", 4), "kind", "needs-build"),),
    )
    advice, _ = recommend(doubtful)
    assert (advice.primary, advice.alternatives) == ("sdist", ("wheel",))
    because = advice.inferred_from[-1].because
    assert because.startswith("provisional: its home is wheel. Not known whether anything in it is compiled")
    assert "python -m build --wheel" in because


def test_below_home_nothing_doubtful_is_offered() -> None:
    maybe = replace(LIBRARY, project=replace(LIBRARY.project, single_module="unknown"), top_level_names=())
    maybe = replace(maybe, unsettled=(Unsettled(Place("setup.py", 4), "modules", "dynamic-expression"),))
    advice, judgement = recommend(maybe, {"kind": "library"})
    assert {v.technology: v.status for v in judgement.verdicts}["single-module"] == "unknown"
    assert (advice.primary, advice.alternatives) == ("wheel", ("sdist",))


def test_a_declared_form_wins_within_its_level() -> None:
    assert recommend(TOOL, {"kind": "service"}, declared=["shiv"])[0].primary == "shiv"
    assert recommend(TOOL, {}, declared=["pyinstaller"])[0].primary == "wheel", "but it does not jump levels"


# The five invariants of the ranking rule, over verdicts that no real project may ever have.

statuses = st.sampled_from(get_args(Status))
answers_given = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from([k for k in get_args(Kind) if k != "unknown"]),
        "audience": st.sampled_from([k for k in get_args(Audience) if k != "unknown"]),
        "environment": st.sampled_from([k for k in get_args(Environment) if k != "unknown"]),
        "deployment": st.sampled_from([k for k in get_args(Deployment) if k != "unknown"]),
        "assume": st.lists(st.sampled_from(get_args(Assumption)), max_size=2).map(tuple),
    },
)
personas = st.sampled_from([None, *DECISION.personas])


@st.composite
def verdict_lists(draw: st.DrawFn) -> tuple[Verdict, ...]:
    return tuple(
        Verdict(t.id, t.title, t.level, draw(statuses), "", ("f1",) * draw(st.integers(0, 2)))
        for t in TECHNOLOGIES.values()
    )


@given(personas, verdict_lists())
@settings(max_examples=200, deadline=None)
def test_exactly_one_usable_form_comes_first(persona: Any, verdicts: tuple[Verdict, ...]) -> None:
    ranking = rank(persona, DECISION, verdicts, TECHNOLOGIES)
    status = {verdict.technology: verdict.status for verdict in verdicts}
    if ranking.primary is not None:
        assert status[ranking.primary] in {"ready", "ready-with-work", "unknown"}
        assert len(set(ranking.usable)) == len(ranking.usable)
    assert all(status[name] == "blocked" for name in ranking.blocked)


@given(st.booleans(), st.integers(1, 500), answers_given)
@settings(max_examples=60, deadline=None)
def test_a_an_irrelevant_fact_never_changes_the_primary(tool: bool, line: int, said: dict[str, Any]) -> None:
    facts = TOOL if tool else LIBRARY
    moved = replace(
        facts,
        project=replace(facts.project, at=Place("setup.py", line)),
        top_level_names=tuple(replace(name, at=Place("other.py", line)) for name in facts.top_level_names),
    )
    assert recommend(facts, said)[0].primary == recommend(moved, said)[0].primary


@given(personas, verdict_lists(), st.sampled_from(list(TECHNOLOGIES)))
@settings(max_examples=200, deadline=None)
def test_b_a_blocker_never_raises_a_technology(persona: Any, verdicts: tuple[Verdict, ...], blocked: str) -> None:
    before = rank(persona, DECISION, verdicts, TECHNOLOGIES)
    after_verdicts = tuple(
        replace(v, status="blocked") if v.technology == blocked and v.status != "not-suited" else v for v in verdicts
    )
    after = rank(persona, DECISION, after_verdicts, TECHNOLOGIES)

    def place(usable: tuple[str, ...]) -> int:
        return usable.index(blocked) if blocked in usable else len(TECHNOLOGIES)

    assert place(after.usable) >= place(before.usable)
    assert [n for n in after.usable if n != blocked] == [n for n in before.usable if n != blocked]


@given(st.booleans(), answers_given)
@settings(max_examples=60, deadline=None)
def test_c_an_answer_changes_eligibility_never_facts_or_findings(tool: bool, said: dict[str, Any]) -> None:
    facts = TOOL if tool else LIBRARY
    _, plain = recommend(facts)
    _, told = recommend(facts, said)
    assert plain.findings == told.findings
    assert plain.doubts == told.doubts
    for before, after in zip(plain.verdicts, told.verdicts, strict=True):
        assert before == after or "not-suited" in {before.status, after.status}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_and_b_hold_for_the_facts_of_whole_projects(name: str) -> None:
    """Take away one list of facts after the other: no form gets worse by it, and what no form feels moves nothing."""
    facts = facts_of(open_tree(str(EXAMPLES / name)))
    before, judged = recommend(facts)
    status = {verdict.technology: verdict.status for verdict in judged.verdicts}
    read = DECISION.touched().union(*(technology.touched() for technology in TECHNOLOGIES.values()))
    for field in fields(facts):
        if not getattr(facts, field.name) or field.name in {"project", "unsettled"} or ("Facts", field.name) in read:
            continue
        after, less = recommend(replace(facts, **{field.name: ()}))  # type: ignore[arg-type]
        for verdict in less.verdicts:
            assert WORSE.index(verdict.status) <= WORSE.index(status[verdict.technology]), (field.name, verdict)
        felt = [f for f in judged.findings if f not in less.findings and (f.breaks or f.hinders)]
        if not felt and judged.doubts == less.doubts:
            assert (after.primary, after.alternatives) == (before.primary, before.alternatives), field.name


@given(st.booleans(), answers_given)
@settings(max_examples=30, deadline=None)
def test_d_the_same_input_gives_the_same_advice(tool: bool, said: dict[str, Any]) -> None:
    facts = TOOL if tool else LIBRARY
    assert repr(recommend(facts, said)) == repr(recommend(facts, dict(reversed(said.items()))))


@pytest.mark.parametrize("persona", DECISION.personas, ids=lambda persona: persona.title)
def test_e_a_plain_hello_world_passes_for_every_persona(persona: Any) -> None:
    one_file = replace(
        TOOL,
        project=replace(TOOL.project, single_module="yes", module="hello"),
        top_level_names=(TopLevelName(Place("hello.py"), "hello", "module", "runtime", "no", "", ""),),
    )
    judgement = judge(document(one_file), RULESET)
    ranking = rank(persona, DECISION, judgement.verdicts, TECHNOLOGIES)
    status = {verdict.technology: verdict.status for verdict in judgement.verdicts}
    assert ranking.primary is not None
    assert status[ranking.primary] == "ready"


def test_every_answer_has_a_persona() -> None:
    for kind in get_args(Kind):
        asked = {**document(TOOL), "answers": document(Answered(kind=kind))}
        fits = [persona for persona in DECISION.personas if persona.when.search(asked)]
        assert bool(fits) == (kind != "unknown")
    assert {f.name for f in fields(Answered)} >= {question.name for question in DECISION.questions}


def test_a_faulty_decision_tree_is_told_with_all_its_faults() -> None:
    data = {
        "planned": {"wheel": 1, "oci": "six"},
        "question": [
            {"name": "kidn", "ask": "?", "infer": [{"answer": "tool", "find": "entry_point", "because": "x"}]}
        ],
        "persona": [{"title": "x", "when": "answers.kind == 'toool'", "home": ["whel"], "alowed": []}],
    }
    with pytest.raises(RuleError) as error:
        load_decision(replace(RULESET, decision=RuleFile("decision", "", "rules/decision.toml", data)))
    text = str(error.value)
    for words in (
        "is judged by now",
        "whole number",
        "'kidn'",
        "'entry_point'",
        "'toool'",
        "'whel'",
        "alowed: unknown key",
        "in this order",
    ):
        assert words in text, words
