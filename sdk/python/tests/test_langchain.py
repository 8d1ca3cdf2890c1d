"""Tools of the real langchain-core, made idempotent."""

from __future__ import annotations

import asyncio
from typing import Any, List

import pytest
from langchain_core.tools import BaseTool, StructuredTool, Tool, tool
from test_functions import Server

from onceonly.integrations.langchain import make_idempotent_tool

SKIPPED = "Action 'send_mail' skipped (idempotency key duplicate)."
sent: List[str] = []


@tool
def send_mail(to: str, subject: str = "Hello") -> str:
    """Send a mail."""
    sent.append(to)
    return f"sent to {to}"


@pytest.fixture(autouse=True)
def nothing_sent() -> None:
    sent.clear()


def test_tool_acts_once_for_equal_arguments() -> None:
    server = Server()
    with server.client() as client:
        once = make_idempotent_tool(send_mail, client=client, meta={"team": "a"}, ttl=60)
        assert isinstance(once, BaseTool) and isinstance(once, type(send_mail))
        assert (once.name, once.description, once.args) == (send_mail.name, send_mail.description, send_mail.args)
        assert once.invoke({"to": "ada"}) == "sent to ada"
        assert once.invoke({"to": "ada"}) == SKIPPED
        assert once.run({"subject": "Hello", "to": "ada"}) == SKIPPED
        assert once.invoke({"to": "bob"}) == "sent to bob"
        assert send_mail.invoke({"to": "ada"}) == "sent to ada"
    assert sent == ["ada", "bob", "ada"]
    assert server.bodies[0]["key"].startswith("tool:send_mail:") and server.bodies[0]["ttl"] == 60
    assert server.bodies[0]["metadata"] == {"tool": "send_mail", "team": "a"}


def test_call_of_an_agent_is_told_by_its_arguments_not_by_its_id() -> None:
    with Server().client() as client:
        once = make_idempotent_tool(send_mail, client=client)
        calls: List[Any] = [{"type": "tool_call", "id": str(n), "name": "send_mail", "args": {"to": "ada"}} for n in range(2)]
        answers = [once.invoke(call) for call in calls]
    assert [(answer.content, answer.tool_call_id) for answer in answers] == [("sent to ada", "0"), (SKIPPED, "1")]


async def test_async_calls_of_a_tool_without_a_coroutine() -> None:
    server = Server()
    async with server.client() as client:
        once = make_idempotent_tool(send_mail, client=client)
        answers = [await once.ainvoke({"to": "ada"}), await once.ainvoke({"to": "ada"}), once.invoke({"to": "ada"})]
    assert answers == ["sent to ada", SKIPPED, SKIPPED]
    assert server.asked == ["check-lock"] * 3


async def test_async_calls_of_a_tool_with_a_coroutine() -> None:
    async def send(to: str) -> str:
        """Send."""
        await asyncio.sleep(0)
        return f"sent to {to}"

    async with Server().client() as client:
        once = make_idempotent_tool(StructuredTool.from_function(coroutine=send, name="send_mail"), client=client)
        answers = await asyncio.gather(*(once.ainvoke({"to": "ada"}) for _ in range(5)))
    assert sorted(answers) == [SKIPPED] * 4 + ["sent to ada"]


def test_tool_of_one_text_and_tool_of_a_class() -> None:
    class Adder(BaseTool):
        name: str = "adder"
        description: str = "Adds."
        response_format: Any = "content_and_artifact"

        def _run(self, a: int, b: int) -> Any:
            return str(a + b), a + b

    with Server().client() as client:
        text = make_idempotent_tool(Tool(name="text", func=str.upper, description="Upper."), client=client)
        assert text.invoke("abc") == "ABC" and "skipped" in text.invoke("abc") and text.invoke("abd") == "ABD"
        adder = make_idempotent_tool(Adder(), client=client)
        assert adder.invoke({"a": 1, "b": 2}) == "3" and "skipped" in adder.invoke({"a": 1, "b": 2})


def test_tool_that_raises_has_used_its_key() -> None:
    @tool
    def send_mail() -> str:
        """Fail."""
        raise RuntimeError("smtp")

    with Server().client() as client:
        once = make_idempotent_tool(send_mail, client=client)
        with pytest.raises(RuntimeError, match="smtp"):
            once.invoke({})
        assert once.invoke({}) == SKIPPED
