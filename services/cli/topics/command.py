"""`relais topics`: make, check and describe the topics of the map."""

import json
from pathlib import Path
from typing import Annotated

import typer

from services.cli.contact import JsonOption, KafkaOption, NamespaceOption, contact
from services.cli.output import folder
from services.cli.topics import document
from services.cli.topics.the_map import the_map
from shared.runtime.admin import Admin

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Make, check and describe the topics.")


@app.command()
def create(
    partitions: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="Default: as many as the topics that are there have, else 4."),
    ] = None,
    replication: Annotated[int, typer.Option(min=1, max=100, help="Copies of each partition.")] = 1,
    kafka: KafkaOption = None,
    namespace: NamespaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make the topics that are missing. Those that exist are left as they are."""
    found = contact(kafka, None, namespace)
    made = Admin(found.kafka, found.namespace, the_map()).create(partitions, replication)
    if as_json:
        print(json.dumps({"created": made.created, "existed": made.existed}))
        return
    for name in made.created:
        print(f"created  {name}")
    for name in made.existed:
        print(f"existed  {name}")


@app.command()
def check(kafka: KafkaOption = None, namespace: NamespaceOption = None, as_json: JsonOption = False) -> None:
    """Compare the topics with the map; exit code 1 names each difference."""
    found = contact(kafka, None, namespace)
    differences = Admin(found.kafka, found.namespace, the_map()).differences()
    lines = differences.lines()
    told = differences.settings is not None
    if as_json:
        print(json.dumps({"differences": lines, "settings_checked": told}))
    else:
        print("\n".join(lines) or "all topics are as the map says")
        if not told:
            print("(this broker does not tell the settings of its topics; they were not compared)")
    raise typer.Exit(1 if lines else 0)


@app.command()
def doc(
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write the document and the JSON Schemas there.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the contracts as an AsyncAPI 3 document, in YAML or JSON."""
    if out is not None:
        for path in document.write(folder(out)):
            print(path)
    elif as_json:
        print(document.as_json(document.asyncapi()), end="")
    else:
        print(document.as_yaml(document.asyncapi()), end="")
