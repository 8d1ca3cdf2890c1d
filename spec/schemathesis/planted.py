"""Faults that are planted into a copy of the description, one for each way in which description and server can differ."""

from dataclasses import dataclass

PLACE_CHARS_MAX = 3_000


@dataclass(frozen=True)
class Fault:
    """What is changed in one operation's part of the description, or in a schema of it, and what schemathesis must say."""

    name: str
    operation: str
    place: str
    before: str
    after: str
    says: str

    def planted_in(self, text):
        """The description with this fault in it. The change follows the first line that is `place`."""
        start = text.find(f"\n{self.place}\n")
        at = text.find(self.before, start)
        if start < 0 or at < 0 or at - start > PLACE_CHARS_MAX:
            raise RuntimeError(f"{self.name}: the description has no place for it any more, mend planted.py")
        return text[:at] + self.after + text[at + len(self.before) :]


PLANTED = (
    Fault(
        "a bound that is too wide",
        operation="readFeed",
        place="      operationId: readFeed",
        before="maximum: 200",
        after="maximum: 300",
        says="Schema-valid request rejected",
    ),
    Fault(
        "a bound that is too narrow",
        operation="checkLock",
        place="    Key:",
        before="maxLength: 256",
        after="maxLength: 255",
        says="Schema-violating request accepted",
    ),
    Fault(
        "a field of the answer that is not there",
        operation="readHealth",
        place="    HealthAnswer:",
        before="required: [",
        after="required: [colour, ",
        says="Response violates schema",
    ),
    Fault(
        "a header of the answer that is not there",
        operation="readMe",
        place="      operationId: readMe",
        before="            X-Request-Id:",
        after="            X-OnceOnly-Colour:",
        says="Missing required response headers",
    ),
    Fault(
        "a status that is not documented",
        operation="readTool",
        place="      operationId: readTool",
        before="        '404':",
        after="        '410':",
        says="Undocumented status code",
    ),
    Fault(
        "a media type that is not documented",
        operation="readMe",
        place="      operationId: readMe",
        before="            application/json:",
        after="            text/plain:",
        says="Undocumented Content-Type",
    ),
    Fault(
        "an API key that is not needed",
        operation="readHealth",
        place="      operationId: readHealth",
        before="      security: []\n",
        after="",
        says="API accepts requests without authentication",
    ),
    Fault(
        "a method that the path has and the description has not",
        operation="checkLock",
        place="  /v1/check-lock:",
        before="    post:",
        after="    put:",
        says="Unsupported method",
    ),
)
