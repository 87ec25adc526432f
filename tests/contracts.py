"""A contract for import-linter: which modules of a package may know the web and the database."""

from __future__ import annotations

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output

FRAMEWORKS = ("flask", "sqlalchemy", "flask_sqlalchemy", "wtforms", "flask_wtf", "plotly")
NAMED = {"models", "queries", "operations", "forms", "presenters", "views", "jobs", "cli"}
# Rooms that are the framework's own edge: every module of theirs may know it.
EDGES = {
    "survey_app",
    "survey_app.application",
    "survey_app.extensions",
    "survey_app.work",
    "survey_app.web",
    "survey_app.charts",
}


def may_know_frameworks(module: str) -> bool:
    """A named module that has grown may become a package of the same name."""
    package = ".".join(module.split(".")[:2])
    return module in EDGES or package in EDGES or not NAMED.isdisjoint(module.split("."))


class PureRules(Contract):
    """Fails when a module that is not one of the named ones imports a framework directly."""

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        broken = sorted(
            (module, imported)
            for module in graph.modules
            if module.startswith("survey_app") and not may_know_frameworks(module)
            for imported in graph.find_modules_directly_imported_by(module)
            if imported.split(".")[0] in FRAMEWORKS
        )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for module, imported in check.metadata["broken"]:
            output.print_error(f"{module} is a rule and imports {imported}", bold=False)
