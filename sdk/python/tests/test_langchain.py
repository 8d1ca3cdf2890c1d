"""Tools of the real langchain-core, made idempotent."""

from __future__ import annotations

import asyncio
from typing import Any, Dict, List

import pytest
from langchain_core.tools import BaseTool, StructuredTool, Tool, tool
from test_functions import Server

import onceonly
from onceonly.integrations.langchain import make_idempotent_tool

AGAIN = (
    "Action 'send_mail' was not run again: the same call was made before, first at 2026-05-01T08:00:00Z. "
    "This does not say whether that one succeeded."
)
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
        assert once.invoke({"to": "ada"}) == AGAIN
        assert once.run({"subject": "Hello", "to": "ada"}) == AGAIN
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
    assert [(answer.content, answer.tool_call_id) for answer in answers] == [("sent to ada", "0"), (AGAIN, "1")]


async def test_async_calls_of_a_tool_without_a_coroutine() -> None:
    server = Server()
    async with server.client() as client:
        once = make_idempotent_tool(send_mail, client=client)
        answers = [await once.ainvoke({"to": "ada"}), await once.ainvoke({"to": "ada"}), once.invoke({"to": "ada"})]
    assert answers == ["sent to ada", AGAIN, AGAIN]
    assert server.asked == ["check-lock"] * 3


async def test_async_calls_of_a_tool_with_a_coroutine() -> None:
    async def send(to: str) -> str:
        """Send."""
        await asyncio.sleep(0)
        return f"sent to {to}"

    async with Server().client() as client:
        once = make_idempotent_tool(StructuredTool.from_function(coroutine=send, name="send_mail"), client=client)
        answers = await asyncio.gather(*(once.ainvoke({"to": "ada"}) for _ in range(5)))
    assert sorted(answers) == [AGAIN] * 4 + ["sent to ada"]


def test_tool_of_one_text_and_tool_of_a_class() -> None:
    class Adder(BaseTool):
        name: str = "adder"
        description: str = "Adds."
        response_format: Any = "content_and_artifact"

        def _run(self, a: int, b: int) -> Any:
            return str(a + b), a + b

    with Server().client() as client:
        text = make_idempotent_tool(Tool(name="text", func=str.upper, description="Upper."), client=client)
        assert text.invoke("abc") == "ABC" and "not run again" in text.invoke("abc") and text.invoke("abd") == "ABD"
        adder = make_idempotent_tool(Adder(), client=client)
        assert adder.invoke({"a": 1, "b": 2}) == "3" and "not run again" in adder.invoke({"a": 1, "b": 2})


def test_tool_that_raises_has_used_its_key() -> None:
    @tool
    def send_mail() -> str:
        """Fail."""
        raise RuntimeError("smtp")

    with Server().client() as client:
        once = make_idempotent_tool(send_mail, client=client)
        with pytest.raises(RuntimeError, match="smtp"):
            once.invoke({})
        assert once.invoke({}) == AGAIN


def test_tool_that_raises_gives_its_key_back_when_it_is_told_to() -> None:
    runs: List[int] = []

    @tool
    def send_mail() -> str:
        """Fail once."""
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("smtp")
        return "sent"

    server = Server()
    with server.client() as client:
        once = make_idempotent_tool(send_mail, client=client, on_exception=RuntimeError)
        with pytest.raises(RuntimeError, match="smtp"):
            once.invoke({})
        assert [once.invoke({}), once.invoke({})] == ["sent", AGAIN]
    assert server.asked == ["check-lock", "release", "check-lock", "check-lock"]


def test_duplicate_raises_or_is_told_in_the_users_words_when_that_is_asked_for() -> None:
    with Server().client() as client:
        raising = make_idempotent_tool(send_mail, client=client, on_duplicate="raise", key_prefix="r")
        raising.invoke({"to": "ada"})
        with pytest.raises(onceonly.DuplicateError) as raised:
            raising.invoke({"to": "ada"})
        assert raised.value.first_seen_at == "2026-05-01T08:00:00Z" and str(raised.value.key).startswith("r:send_mail:")
        telling = make_idempotent_tool(send_mail, client=client, return_value_on_duplicate="done already", key_prefix="t")
        calling = make_idempotent_tool(
            send_mail, client=client, on_duplicate=lambda to, subject: f"{to} {subject}", key_prefix="c"
        )
        for once in (telling, calling):
            once.invoke({"to": "ada"})
        assert [telling.invoke({"to": "ada"}), calling.invoke({"to": "ada"})] == ["done already", "ada Hello"]


async def test_duplicate_gets_the_first_answer_in_the_tools_own_form() -> None:
    class Adder(BaseTool):
        name: str = "adder"
        description: str = "Adds."
        response_format: Any = "content_and_artifact"

        def _run(self, a: int, b: int) -> Any:
            sent.append("added")
            return str(a + b), {"sum": a + b}

    async with Server().client() as client:
        once = make_idempotent_tool(Adder(), client=client, on_duplicate="replay")
        call: Any = {"type": "tool_call", "id": "1", "name": "adder", "args": {"a": 1, "b": 2}}
        answers = [once.invoke(call), await once.ainvoke(call), once.invoke(call)]
    assert [(answer.content, answer.artifact) for answer in answers] == [("3", {"sum": 3})] * 3
    assert sent == ["added"]


def test_tool_that_is_only_async_fails_before_anything_is_sent() -> None:
    async def send(to: str) -> str:
        """Send."""
        return f"sent to {to}"

    server = Server()
    with server.client() as client:
        once = make_idempotent_tool(StructuredTool.from_function(coroutine=send, name="send_mail"), client=client)
        with pytest.raises(NotImplementedError, match="ainvoke"):
            once.invoke({"to": "ada"})
    assert server.asked == []


@pytest.mark.parametrize(
    "key_part", ["thread_id", lambda config: config["configurable"]["thread_id"]], ids=["field", "function"]
)
@pytest.mark.parametrize("key_format", ["default", "published"])
async def test_two_conversations_share_no_keys(key_part: Any, key_format: str) -> None:
    server = Server()
    async with server.client() as client:
        once = make_idempotent_tool(send_mail, client=client, key_part=key_part, key_format=key_format)
        configs: List[Any] = [{"configurable": {"thread_id": one}} for one in ("a", "b")]
        answers = [once.invoke({"to": "ada"}, config) for config in configs * 2]
        answers += [await once.ainvoke({"to": "ada"}, config) for config in configs]
    assert answers == ["sent to ada"] * 2 + [AGAIN] * 4
    assert len({body["key"] for body in server.bodies}) == 2


@pytest.mark.parametrize("fields", [{}, {"thread_id": None}, {"thread_id": " "}])
def test_part_of_the_key_that_is_missing_is_refused(fields: Any) -> None:
    server = Server()
    with server.client() as client:
        once = make_idempotent_tool(send_mail, client=client, key_part="thread_id")
        with pytest.raises((ValueError, TypeError), match="key_part must"):
            once.invoke({"to": "ada"}, {"configurable": fields})
    assert server.asked == []


def test_key_and_fingerprint_of_the_users_own() -> None:
    server = Server()
    with server.client() as client:
        once = make_idempotent_tool(
            send_mail, client=client, key_func=lambda to, subject: to, fingerprint_func=lambda to, subject: {"subject": subject}
        )
        once.invoke({"to": "ada"})
    assert server.bodies[0]["key"] == "tool:send_mail:ada" and len(server.bodies[0]["fingerprint"]) == 64


def test_what_can_not_be_right_is_refused_when_the_tool_is_made() -> None:
    with Server().client() as client:
        wrong: List[Dict[str, Any]] = [
            {"on_duplicate": "ignore"},
            {"on_duplicate": "replay", "fail_open": True},
            {"on_exception": "never"},
        ]
        for options in wrong:
            with pytest.raises((ValueError, TypeError)):
                make_idempotent_tool(send_mail, client=client, **options)
    no_client: Any = send_mail
    with pytest.raises(TypeError, match="make_idempotent_tool\\(client"):
        make_idempotent_tool(send_mail, client=no_client)


def test_argument_that_is_called_like_one_of_langchains_is_an_argument() -> None:
    class Deploy(BaseTool):
        name: str = "deploy"
        description: str = "Deploys."

        def _run(self, config: str) -> str:
            return f"deployed {config}"

    with Server().client() as client:
        once = make_idempotent_tool(Deploy(), client=client)
        assert [once.invoke({"config": "a"}), once.invoke({"config": "b"})] == ["deployed a", "deployed b"]
        assert "not run again" in once.invoke({"config": "a"})


@pytest.mark.parametrize("has_coroutine", [False, True])
async def test_call_that_the_tool_makes_of_itself_is_another_call(has_coroutine: bool) -> None:
    def count(to: str) -> str:
        """Count."""
        if to == "ada":
            return " ".join(once.invoke({"to": "bob"}) for _ in range(2))
        return f"counted {to}"

    async def count_async(to: str) -> str:
        """Count."""
        return count(to)

    inner = StructuredTool.from_function(func=count, coroutine=count_async if has_coroutine else None, name="count")
    async with Server().client() as client:
        once = make_idempotent_tool(inner, client=client, return_value_on_duplicate="again")
        assert await once.ainvoke({"to": "ada"}) == "counted bob again"


async def test_tool_of_a_class_that_is_only_async_fails_before_anything_is_sent() -> None:
    class Sender(BaseTool):
        name: str = "sender"
        description: str = "Sends."

        def _run(self, to: str) -> str:
            raise NotImplementedError(f"{self.name} is async only")

        async def _arun(self, to: str) -> str:
            return f"sent to {to}"

    class Both(Sender):
        def _run(self, to: str) -> str:
            if to == "nobody":
                raise NotImplementedError
            return to

    server = Server()
    async with server.client() as client:
        once = make_idempotent_tool(Sender(), client=client)
        with pytest.raises(NotImplementedError, match="ainvoke"):
            once.invoke({"to": "ada"})
        assert server.asked == []
        assert await once.ainvoke({"to": "ada"}) == "sent to ada"
        assert make_idempotent_tool(Both(), client=client, key_prefix="both").invoke({"to": "ada"}) == "ada"


async def test_async_tool_of_a_class_may_call_its_function() -> None:
    class Adder(BaseTool):
        name: str = "adder"
        description: str = "Adds."

        def _run(self, a: int) -> int:
            return a + 1

        async def _arun(self, a: int) -> int:
            return self._run(a=a)

    async with Server().client() as client:
        once = make_idempotent_tool(Adder(), client=client, return_value_on_duplicate=0)
        assert [await once.ainvoke({"a": 1}), await once.ainvoke({"a": 1}), once.invoke({"a": 1})] == [2, 0, 0]
