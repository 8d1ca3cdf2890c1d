"""Policies, tools and agents, under the module's name of the published client: see `gov`."""

from .gov import GovClient as GovernanceClient

__all__ = ["GovernanceClient"]
