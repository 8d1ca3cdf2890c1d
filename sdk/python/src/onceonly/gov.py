"""``client.gov``: policies, tools, agents, and calls whose end nobody knows."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional

from ._engine import Engine
from ._resources import agents, policies, tools
from .results import AgentLogItem, AgentMetrics, AgentStatus, JsonObject, Policy


class GovClient:
    """Each call has a twin ``…_async``. As safe to share as the client itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def upsert_policy(
        self,
        policy: Mapping[str, Any],
        agent_id: Optional[str] = None,
    ) -> Policy:
        """Replace an agent's policy. ``agent_id`` stands in the policy, or is given beside it and wins."""
        return self._engine.call(policies.upsert(policy, agent_id))

    async def upsert_policy_async(
        self,
        policy: Mapping[str, Any],
        agent_id: Optional[str] = None,
    ) -> Policy:
        """As ``upsert_policy``."""
        return await self._engine.call_async(policies.upsert(policy, agent_id))

    def policy_from_template(
        self,
        agent_id: str,
        template: str,
        overrides: Optional[Mapping[str, Any]] = None,
    ) -> Policy:
        """Make an agent's policy from a template of the server, with the fields in ``overrides`` replaced."""
        return self._engine.call(policies.from_template(agent_id, template, overrides))

    async def policy_from_template_async(
        self,
        agent_id: str,
        template: str,
        overrides: Optional[Mapping[str, Any]] = None,
    ) -> Policy:
        """As ``policy_from_template``."""
        return await self._engine.call_async(policies.from_template(agent_id, template, overrides))

    def list_policies(
        self,
    ) -> List[Policy]:
        """All policies of the namespace."""
        return self._engine.call(policies.list_all())

    async def list_policies_async(
        self,
    ) -> List[Policy]:
        """As ``list_policies``."""
        return await self._engine.call_async(policies.list_all())

    def get_policy(
        self,
        agent_id: str,
    ) -> Policy:
        """One agent's policy; ApiError ``policy_not_found`` when it has none."""
        return self._engine.call(policies.get(agent_id))

    async def get_policy_async(
        self,
        agent_id: str,
    ) -> Policy:
        """As ``get_policy``."""
        return await self._engine.call_async(policies.get(agent_id))

    def delete_policy(
        self,
        agent_id: str,
    ) -> JsonObject:
        """Forget an agent's policy."""
        return self._engine.call(policies.delete(agent_id))

    async def delete_policy_async(
        self,
        agent_id: str,
    ) -> JsonObject:
        """As ``delete_policy``."""
        return await self._engine.call_async(policies.delete(agent_id))

    def evaluate(
        self,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
    ) -> JsonObject:
        """What would be decided about a call, check by check, without doing or counting anything."""
        return self._engine.call(policies.evaluate(agent_id, tool, args, spend_usd))

    async def evaluate_async(
        self,
        agent_id: str,
        tool: str,
        args: Optional[Mapping[str, Any]] = None,
        spend_usd: Optional[float] = None,
    ) -> JsonObject:
        """As ``evaluate``."""
        return await self._engine.call_async(policies.evaluate(agent_id, tool, args, spend_usd))

    def create_tool(
        self,
        tool: Mapping[str, Any],
    ) -> JsonObject:
        """Register a tool, or replace the one of the same name and scope: ``name``, ``scope_id``, ``url``, ``auth``, …"""
        return self._engine.call(tools.create(tool))

    async def create_tool_async(
        self,
        tool: Mapping[str, Any],
    ) -> JsonObject:
        """As ``create_tool``."""
        return await self._engine.call_async(tools.create(tool))

    def list_tools(
        self,
        scope_id: str = "global",
    ) -> List[JsonObject]:
        """The tools of one scope: ``global`` or ``agent:<agent_id>``."""
        return self._engine.call(tools.list_all(scope_id))

    async def list_tools_async(
        self,
        scope_id: str = "global",
    ) -> List[JsonObject]:
        """As ``list_tools``."""
        return await self._engine.call_async(tools.list_all(scope_id))

    def get_tool(
        self,
        name: str,
        scope_id: str = "global",
    ) -> JsonObject:
        """One tool; ApiError ``tool_not_found`` when there is none."""
        return self._engine.call(tools.get(name, scope_id))

    async def get_tool_async(
        self,
        name: str,
        scope_id: str = "global",
    ) -> JsonObject:
        """As ``get_tool``."""
        return await self._engine.call_async(tools.get(name, scope_id))

    def toggle_tool(
        self,
        name: str,
        enabled: bool,
        scope_id: str = "global",
    ) -> JsonObject:
        """Switch a tool on or off."""
        return self._engine.call(tools.toggle(name, enabled, scope_id))

    async def toggle_tool_async(
        self,
        name: str,
        enabled: bool,
        scope_id: str = "global",
    ) -> JsonObject:
        """As ``toggle_tool``."""
        return await self._engine.call_async(tools.toggle(name, enabled, scope_id))

    def delete_tool(
        self,
        name: str,
        scope_id: str = "global",
    ) -> JsonObject:
        """Forget a tool."""
        return self._engine.call(tools.delete(name, scope_id))

    async def delete_tool_async(
        self,
        name: str,
        scope_id: str = "global",
    ) -> JsonObject:
        """As ``delete_tool``."""
        return await self._engine.call_async(tools.delete(name, scope_id))

    def list_agents(
        self,
    ) -> List[JsonObject]:
        """All agents that have been seen or have a policy."""
        return self._engine.call(agents.list_all())

    async def list_agents_async(
        self,
    ) -> List[JsonObject]:
        """As ``list_agents``."""
        return await self._engine.call_async(agents.list_all())

    def get_agent(
        self,
        agent_id: str,
    ) -> JsonObject:
        """One agent, with its counts of today."""
        return self._engine.call(agents.get(agent_id))

    async def get_agent_async(
        self,
        agent_id: str,
    ) -> JsonObject:
        """As ``get_agent``."""
        return await self._engine.call_async(agents.get(agent_id))

    def disable_agent(
        self,
        agent_id: str,
        reason: Optional[str] = None,
    ) -> AgentStatus:
        """Stop an agent at once; ``*`` stops all of the namespace."""
        return self._engine.call(agents.disable(agent_id, reason))

    async def disable_agent_async(
        self,
        agent_id: str,
        reason: Optional[str] = None,
    ) -> AgentStatus:
        """As ``disable_agent``."""
        return await self._engine.call_async(agents.disable(agent_id, reason))

    def enable_agent(
        self,
        agent_id: str,
        reason: Optional[str] = None,
    ) -> AgentStatus:
        """Let an agent act again."""
        return self._engine.call(agents.enable(agent_id, reason))

    async def enable_agent_async(
        self,
        agent_id: str,
        reason: Optional[str] = None,
    ) -> AgentStatus:
        """As ``enable_agent``."""
        return await self._engine.call_async(agents.enable(agent_id, reason))

    def agent_logs(
        self,
        agent_id: str,
        limit: int = 100,
    ) -> List[AgentLogItem]:
        """Decisions about an agent's calls, newest first; ``limit`` is 1 to 500."""
        return self._engine.call(agents.logs(agent_id, limit))

    async def agent_logs_async(
        self,
        agent_id: str,
        limit: int = 100,
    ) -> List[AgentLogItem]:
        """As ``agent_logs``."""
        return await self._engine.call_async(agents.logs(agent_id, limit))

    def agent_metrics(
        self,
        agent_id: str,
        period: str = "day",
    ) -> AgentMetrics:
        """An agent's counts over the last ``hour``, ``day`` or ``week``."""
        return self._engine.call(agents.metrics(agent_id, period))

    async def agent_metrics_async(
        self,
        agent_id: str,
        period: str = "day",
    ) -> AgentMetrics:
        """As ``agent_metrics``."""
        return await self._engine.call_async(agents.metrics(agent_id, period))

    def list_calls(
        self,
        state: Optional[str] = None,
        agent_id: Optional[str] = None,
        limit: int = 50,
        offset: int = 0,
    ) -> JsonObject:
        """Governed calls as ``{"total", "items"}``, newest first; ``state`` is ``reserved``, ``executed``, ``failed`` or ``unknown``."""
        return self._engine.call(agents.list_calls(state, agent_id, limit, offset))

    async def list_calls_async(
        self,
        state: Optional[str] = None,
        agent_id: Optional[str] = None,
        limit: int = 50,
        offset: int = 0,
    ) -> JsonObject:
        """As ``list_calls``."""
        return await self._engine.call_async(agents.list_calls(state, agent_id, limit, offset))

    def get_call(
        self,
        call_id: str,
    ) -> JsonObject:
        """One governed call; ApiError ``call_not_found`` when there is none."""
        return self._engine.call(agents.get_call(call_id))

    async def get_call_async(
        self,
        call_id: str,
    ) -> JsonObject:
        """As ``get_call``."""
        return await self._engine.call_async(agents.get_call(call_id))

    def resolve_call(
        self,
        call_id: str,
        outcome: str,
        result: Optional[Mapping[str, Any]] = None,
        note: Optional[str] = None,
    ) -> JsonObject:
        """Say how an unknown call ended, ``executed`` or ``failed``, after looking at the tool's side."""
        return self._engine.call(agents.resolve_call(call_id, outcome, result, note))

    async def resolve_call_async(
        self,
        call_id: str,
        outcome: str,
        result: Optional[Mapping[str, Any]] = None,
        note: Optional[str] = None,
    ) -> JsonObject:
        """As ``resolve_call``."""
        return await self._engine.call_async(agents.resolve_call(call_id, outcome, result, note))
