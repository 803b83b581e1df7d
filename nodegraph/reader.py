"""From a valid form to a graph, collecting every problem on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nodegraph.errors import NodegraphError, Problem, WorkflowError, did_you_mean
from nodegraph.form_field import Field
from nodegraph.graph import MAX_NODES, SUBGRAPH, Graph, Node
from nodegraph.jsontext import join
from nodegraph.linking import describe_mismatch, find_loop, infer, wired
from nodegraph.linking import networkx as nx
from nodegraph.registry import Catalogue, Registry

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from nodegraph.declare import Migration
    from nodegraph.schema import NodeForm, SubgraphForm, WorkflowForm
    from nodegraph.spec import NodeSpec

MAX_NESTING = 50


class Reader:
    """Builds one graph from one form."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.catalogue = Catalogue(registry)
        self.problems: list[Problem] = []

    def read(self, form: WorkflowForm) -> Graph:
        """Return the graph.

        Raises:
            WorkflowError: With all problems.
        """
        graph = Graph(self.catalogue)
        forms: list[tuple[str, Graph, WorkflowForm | SubgraphForm]] = [("$", graph, form)]
        for name, definition in form.subgraphs.items():
            graph.subgraphs[name] = Graph(self.catalogue, graph.subgraphs)
            forms.append((f"$.subgraphs.{name}", graph.subgraphs[name], definition))
        self._bounds(form)
        inner_first = self._recursion(form)
        self._stop_here()
        # What a definition's links lead to decides its interface, and so what its uses may set.
        forms.sort(key=lambda each: inner_first.get(each[0], MAX_NODES))
        for path, one, its_form in forms:
            self._fill(one, its_form, path)
        self._form(graph, form)
        self._stop_here()
        for path, one, _ in forms:
            self._shape(one, path)
        self._stop_here()
        return graph

    def _fill(self, graph: Graph, form: WorkflowForm | SubgraphForm, path: str) -> None:
        self._boundary_nodes(graph, form, path)
        self._nodes(graph, form, path)
        self._links(graph, form, path)

    def _stop_here(self) -> None:
        if self.problems:
            raise WorkflowError(self.problems)

    def _problem(self, path: str, message: str, node: str = "", socket: str = "") -> None:
        self.problems.append(Problem(path, message, node, socket))

    def _bounds(self, form: WorkflowForm) -> None:
        count = len(form.nodes) + sum(len(one.nodes) for one in form.subgraphs.values())
        if count > MAX_NODES:
            self._problem("$.nodes", f"{count:,} nodes are more than the {MAX_NODES:,} allowed")
        self._stop_here()

    def _boundary_nodes(self, graph: Graph, form: WorkflowForm | SubgraphForm, path: str) -> None:
        """Put the boundary nodes first: they decide the interfaces."""
        graph.view, graph.extra = dict(form.view), dict(form.extra)
        for node_id, node in form.nodes.items():
            if node.type.startswith("graph."):
                self._node(graph, node_id, node, path)

    def _nodes(self, graph: Graph, form: WorkflowForm | SubgraphForm, path: str) -> None:
        for node_id, node in form.nodes.items():
            if not node.type.startswith("graph."):
                self._node(graph, node_id, node, path)

    def _recursion(self, form: WorkflowForm) -> dict[str, int]:
        """Refuse definitions that contain themselves, or nest deeper than anyone can follow; return
        the place of each in an order in which what is used stands before what uses it.
        """
        uses = nx.DiGraph({name: _uses(one) for name, one in form.subgraphs.items()})
        for ring in nx.strongly_connected_components(uses):
            for name in sorted(ring):
                if len(ring) > 1 or uses.has_edge(name, name):
                    self._problem(f"$.subgraphs.{name}", f"subgraph {name!r} contains itself")
        self._stop_here()
        depth = nx.dag_longest_path_length(uses)
        if depth >= MAX_NESTING:
            message = f"they nest {depth + 1} deep; {MAX_NESTING} are allowed"
            self._problem("$.subgraphs", message)
        order = reversed([*nx.topological_sort(uses)])
        return {f"$.subgraphs.{name}": place for place, name in enumerate(order)}

    def _node(self, graph: Graph, node_id: str, form: NodeForm, path: str) -> None:
        here = f"{path}.nodes.{node_id}"
        name = form.type.removeprefix(SUBGRAPH)
        if form.type.startswith(SUBGRAPH) and name not in graph.subgraphs:
            hint = did_you_mean(name, graph.subgraphs)
            self._problem(f"{here}.type", f"there is no subgraph {name!r}{hint}", node_id)
        node = Node(
            id=node_id,
            type=form.type,
            version=form.version,
            params=form.params,
            title=form.title,
            mode=form.mode,
            zone=form.zone,
            extra=form.extra,
        )
        spec = graph.spec_of(node)
        if spec.known:
            version, params = self._migrated(form, spec, here)
            params = self._checked(params, spec, f"{here}.params", node_id)
            node = replace(node, version=version, params=params)
        graph.put(node)

    def _migrated(self, form: NodeForm, spec: NodeSpec, here: str) -> tuple[int, dict[str, Any]]:
        """Bring params of an older version up to today's."""
        params, version = form.params, form.version
        if version > spec.version:
            self._problem(
                f"{here}.version",
                f"version {version} of {spec.id} is newer than {spec.version}, the newest known "
                "here; update Nodegraph or the node pack",
            )
        known = self.registry.get(spec.id)
        migrations: Mapping[int, Migration] = {} if known is None else known.migrations
        while version < spec.version:
            if version not in migrations:
                self._problem(
                    f"{here}.version",
                    f"nothing turns version {version} of {spec.id} into {spec.version}; "
                    f"set the params anew and write version {spec.version}",
                )
                break
            try:
                params = migrations[version](dict(params))
            except Exception as error:  # noqa: BLE001 - params of old files may be anything
                self._problem(
                    f"{here}.params",
                    f"version {version} of {spec.id} has other params ({error!r}); set them anew "
                    f"and write version {spec.version}",
                )
                break
            version += 1
        return spec.version, params

    def _checked(
        self, params: Mapping[str, Any], spec: NodeSpec, path: str, node_id: str
    ) -> dict[str, Any]:
        checked: dict[str, Any] = {}
        for name, value in params.items():
            place = join(path, name)
            if name not in spec.params:
                hint = did_you_mean(name, spec.params)
                self._problem(place, f"{spec.id} has no parameter {name!r}{hint}", node_id, name)
                continue
            try:
                checked[name] = spec.params[name].check(value)
            except NodegraphError as error:
                self._problem(place, str(error), node_id, name)
        return checked

    def _links(self, graph: Graph, form: WorkflowForm | SubgraphForm, path: str) -> None:
        for node_id, node in form.nodes.items():
            for name, sources in node.inputs.items():
                here = join(f"{path}.nodes.{node_id}.inputs", name)
                texts = sources if isinstance(sources, list) else [sources]
                self._link(graph, node_id, name, texts, here)

    def _link(self, graph: Graph, node_id: str, name: str, texts: list[str], here: str) -> None:
        spec = graph.spec(node_id)
        if spec.known and name not in spec.targets:
            hint = did_you_mean(name, spec.targets)
            self._problem(here, f"{spec.id} has no input {name!r}{hint}", node_id, name)
            return
        if len(texts) > 1 and spec.known and not spec.variadic(name):
            self._problem(here, f"{name} takes one link, not {len(texts)}", node_id, name)
            return
        for index, text in enumerate(texts):
            source, _, output = text.partition(".")
            place = f"{here}[{index}]" if len(texts) > 1 else here
            if self._source(graph, source, output, place, node_id):
                graph.dag.add_edge(source, node_id, (output, name, index))

    def _form(self, graph: Graph, form: WorkflowForm) -> None:
        """Read the form, whose fields name parameters that are there."""
        names: set[str] = set()
        for index, one in enumerate(form.form):
            here = f"$.form[{index}]"
            node_id, _, param = one.param.partition(".")
            if one.name in names:
                self._problem(f"{here}.name", f"{one.name!r} is the name of another field already")
            names.add(one.name)
            if node_id not in graph:
                hint = did_you_mean(node_id, graph.dag)
                self._problem(f"{here}.param", f"there is no node {node_id!r}{hint}")
            elif (spec := graph.spec(node_id)).known and param not in spec.params:
                hint = did_you_mean(param, spec.params)
                self._problem(f"{here}.param", f"{spec.id} has no parameter {param!r}{hint}")
            graph.form += (Field(one.name, node_id, param, one.title, one.help, one.slider),)

    def _source(self, graph: Graph, source: str, output: str, place: str, node_id: str) -> bool:
        if source not in graph:
            hint = did_you_mean(source, graph.dag)
            self._problem(place, f"there is no node {source!r}{hint}", node_id)
            return False
        spec = graph.spec(source)
        if spec.known and output not in spec.outputs:
            hint = did_you_mean(output, spec.outputs)
            self._problem(place, f"{source} ({spec.id}) has no output {output!r}{hint}", node_id)
            return False
        return True

    def _shape(self, graph: Graph, path: str) -> None:
        """Look for loops, then for types that do not agree."""
        loop = [] if nx.is_directed_acyclic_graph(graph.dag) else find_loop(graph)
        if loop:
            way = " -> ".join([*(link.source for link in loop), loop[0].source])
            here = f"{path}.nodes.{loop[0].target}.inputs.{loop[0].input}"
            self._problem(
                here,
                f"the links {way} close a loop; remove one, or use a zone (flow.repeat)",
                loop[0].target,
                loop[0].input,
            )
            return
        for wrong in infer(wired(graph))[1]:
            here = join(f"{path}.nodes.{wrong.target}.inputs", wrong.input)
            self._problem(here, describe_mismatch(wrong), wrong.target, wrong.input)


def _uses(form: SubgraphForm) -> list[str]:
    names = (node.type for node in form.nodes.values())
    return [name.removeprefix(SUBGRAPH) for name in names if name.startswith(SUBGRAPH)]


def explain_form(detail: ErrorDetails) -> Problem:
    """Turn one of pydantic's findings into a path and a sentence with a remedy."""
    path = "$"
    for part in detail["loc"]:
        if part in ("constrained-str", "list[constrained-str]", "[key]"):
            continue
        path = f"{path}[{part}]" if isinstance(part, int) else join(path, str(part))
    return Problem(path, _sentence(detail))


def _sentence(detail: ErrorDetails) -> str:
    kind, shown = detail["type"], repr(detail["input"])
    shown = shown if len(shown) <= 60 else f"{shown[:57]}…"
    if kind == "missing":
        return "it is missing; add it"
    if kind == "extra_forbidden":
        return "no such key is known here; remove it, or keep it under extra"
    if kind == "string_pattern_mismatch":
        return f"{shown} is not of the form that is wanted: an id, or node.output for a link"
    return f"{shown}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
