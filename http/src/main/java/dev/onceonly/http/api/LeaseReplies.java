package dev.onceonly.http.api;

import dev.onceonly.core.lease.AcquireResult;
import dev.onceonly.core.service.LeaseAnswer;
import dev.onceonly.http.Reply;
import dev.onceonly.http.api.LeaseBodies.LeaseBody;
import dev.onceonly.http.api.Refusals.KeyReusedBody;
import dev.onceonly.http.api.Refusals.OverLimitBody;
import java.time.Instant;

/// How an acquisition is answered, of a lease and of a keyed run alike.
final class LeaseReplies {
  private LeaseReplies() {}

  static Reply of(String key, LeaseAnswer answer, Instant now) {
    return switch (answer) {
      case LeaseAnswer.OverLimit(var limit) -> Reply.json(402, OverLimitBody.of(limit));
      case LeaseAnswer.Asked asked ->
          asked.result() instanceof AcquireResult.Reused(var reuse)
              ? Reply.json(409, KeyReusedBody.of(reuse))
              : Reply.ok(LeaseBodies.of(new LeaseBody.Asking(key, asked, now), asked.result()));
    };
  }
}
