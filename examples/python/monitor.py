"""Looking on without touching anything: states of keys, usage, the recent feed, and the counts of a day."""

from datetime import datetime, timedelta, timezone

from plain_client import Api
from story import claim, say, title, unique, until

api = Api()


def counted_days():
    """What was counted around today, as one sum for each figure; the server's UTC day may not be ours yet."""
    today = datetime.now(timezone.utc).date()
    rows = api.get("/metrics", from_day=today - timedelta(days=1), to_day=today + timedelta(days=1))
    claim("metrics have a row for each day", len(rows) == 3)
    return {(part, name): sum(row[part][name] for row in rows) for part in ("make", "ai") for name in rows[0][part]}


title("Before")
usage_before = api.get("/usage/all")
days_before = counted_days()

title("Something happens")
running, finished, mail = unique("report"), unique("report"), unique("mail")
api.post("/ai/lease", key=running, ttl=1800)
lease_id = api.post("/ai/lease", key=finished, ttl=1800)["lease_id"]
api.post("/ai/complete", key=finished, lease_id=lease_id, result={"pages": 3})
api.post("/check-lock", key=mail, ttl=600)
api.post("/check-lock", key=mail, ttl=600)
say("one report runs, one is finished, one mail was asked for twice")

title("States")
status = api.get("/ai/status", key=running)
claim(f"a running key: {status['status']}, {status['ttl_left']} s left", status["status"] == "in_progress")
claim("when to look again", status["retry_after_sec"] > 0)
status = api.get("/ai/status", key=finished)
claim(f"a finished key: {status['status']}, at {status['done_at']}", status["status"] == "completed")
status = api.get("/ai/status", key=unique("never_heard_of"))
claim(f"an unknown key: {status['status']}", status["status"] == "not_found" and not status["ok"])

title("Recent feed")


def my_news():
    feed = api.get("/events", limit=200)
    mine = [(event["type"], event["key"]) for event in feed if event.get("key") in (running, finished, mail)]
    return mine if len(mine) >= 4 else None


news = until("all four notable things are there", my_news)
claim(
    "the newest first",
    news == [("duplicate", mail), ("ai_completed", finished), ("ai_acquired", finished), ("ai_acquired", running)],
)

title("Usage of the month")


def grown_usage():
    now = api.get("/usage/all")
    more_ai = now["ai"]["requests_total_month"] - usage_before["ai"]["requests_total_month"]
    more_make = now["make"]["requests_total_month"] - usage_before["make"]["requests_total_month"]
    return now if more_ai >= 2 and more_make >= 2 else None


usage = until("two leases and two checks were counted as requests", grown_usage)
charged = usage["ai"]["usage"] - usage_before["ai"]["usage"]
blocked = usage["make"]["usage"] - usage_before["make"]["usage"]
claim(f"every acquired lease is usage: {charged} more", charged >= 2)
claim(f"of the checks, only blocked duplicates are: {blocked} more", blocked >= 1)
for kind in ("make", "ai"):
    one = api.get("/usage", kind=kind)
    limit = one["limit"] or "no limit"
    claim(f"plan {one['plan']}, {kind}: {one['usage']} of {limit}", one["limit"] == usage[kind]["limit"])

title("Whose account it is")
me = api.get("/me")
claim(f"plan {me['plan']}, mail to {me['email'] or 'nobody'}", me["plan"] == usage["plan"] and "email" in me)
wanted = {f"{kind}_notifications_enabled": me[f"{kind}_notifications_enabled"] for kind in ("email", "tool_error", "run_failure")}
changed = dict(wanted, run_failure_notifications_enabled=False)
claim("which mails it wants can be set", api.post("/me/notifications", **changed) == changed)
api.post("/me/notifications", **wanted)

title("Counts of the day")


def grown_days():
    now = counted_days()
    grown = {figure: now[figure] - days_before[figure] for figure in now}
    wanted = {("make", "locked"): 1, ("make", "duplicate"): 1, ("ai", "acquired"): 2, ("ai", "completed"): 1}
    return all(grown[figure] >= count for figure, count in wanted.items())


until("one lock, one duplicate, two acquired and one completed more", grown_days)
