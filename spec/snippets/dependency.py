"""What a README tells Maven to load has to be what this repository builds."""

import xml.etree.ElementTree as ElementTree

from stage import ROOT


def wrong_dependency(text):
    """Why a `<dependency>` is none of ours, or None."""
    try:
        given = {node.tag: node.text for node in ElementTree.fromstring(text)}
    except ElementTree.ParseError as error:
        return f"no XML: {error}"
    if given.get("groupId") != "dev.onceonly" or given.get("artifactId") not in artifacts():
        return f"{given.get('groupId')}:{given.get('artifactId')} is not built here"
    version = field(ROOT / "pom.xml", "version")
    if given.get("version") not in (None, version):
        return f"the version here is {version}, not {given['version']}"
    return None


def artifacts():
    return {field(pom, "artifactId") for pom in (ROOT / "sdk").glob("*/pom.xml")}


def field(pom, name):
    """Of the project itself, not of its parent or a dependency."""
    found = ElementTree.parse(pom).getroot().find("{*}" + name)
    return None if found is None else found.text
