package dev.onceonly.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `onceonly audit verify` on stores that somebody has changed behind the server's back.
class AuditVerifyTest {
  private static final String ENTRY_3 =
      " WHERE number = 3 AND chain_id = (SELECT id FROM audit_chains WHERE chain = 'bot-7')";

  @TempDir private Path folder = Path.of("");
  private Path data = Path.of("");
  private AuditTamper tamper = new AuditTamper(data);

  @BeforeEach
  void writeChains() {
    data = folder.resolve("data");
    tamper = new AuditTamper(data);
    Console.makeStore(data);
    Console.done(data, "namespaces", "create", "default");
    Console.done(data, "keys", "create");
    tamper.appendCalls("bot-7", 6, "mail.send");
    tamper.appendCalls("bot-8", 2, "mail.send");
  }

  @Test
  void aLogAsItWasWrittenIsSound() {
    assertThat(Console.done(data, "audit", "verify").lines())
        .containsExactly("10 entries in 3 chains", "the audit log is sound");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "at_ms = at_ms + 1",
        "action = 'resolve'",
        "actor = 'key_2'",
        "detail = 'other'",
        "detail = NULL",
        "tool = 'mail.read'",
        "allowed = 0",
        "decision = 'blocked'",
        "decision = NULL",
        "reason = 'other'",
        "risk_level = 'high'",
        "call_id = 'call_2'",
        "call_id = NULL",
        "args_hash = zeroblob(32)",
        "spend_nano_usd = 31",
        "policy_version = 'v2'",
        "policy_version = NULL",
        "hash = zeroblob(32)"
      })
  void anEntryThatWasChangedInAnyFieldIsNamed(String change) {
    tamper.execute("UPDATE audit_entries SET " + change + ENTRY_3);

    assertBroken("entry 3 was changed: its hash does not fit what it says");
  }

  @Test
  void aChangedLinkIsNamed() {
    tamper.execute("UPDATE audit_entries SET previous_hash = zeroblob(32)" + ENTRY_3);

    assertBroken("entry 3 does not carry the hash of the entry before it");
  }

  @Test
  void anEntryThatWasRemovedOrRenumberedIsMissing() {
    tamper.execute("UPDATE audit_entries SET number = 30" + ENTRY_3);
    assertBroken("entry 3 is missing");

    tamper.execute("DELETE FROM audit_entries WHERE number = 30");
    assertBroken("entry 3 is missing");
  }

  @Test
  void aTailThatWasCutOffIsMissing() {
    tamper.execute("DELETE FROM audit_entries WHERE number >= 5");

    assertBroken("entry 5 is missing");
  }

  @Test
  void aTailThatWasCutOffTogetherWithTheLengthIsGivenAwayByTheHead() {
    tamper.execute("DELETE FROM audit_entries WHERE number >= 5");
    tamper.execute("UPDATE audit_chains SET length = 4 WHERE chain = 'bot-7'");

    assertBroken("entry 4 is not the one that the chain's head names");
  }

  @Test
  void entriesBeyondTheHeadAreNamed() {
    tamper.execute(
        """
        UPDATE audit_chains SET length = 4, (head_hash, head_at_ms) = (
          SELECT hash, at_ms FROM audit_entries WHERE chain_id = audit_chains.id AND number = 4)
        WHERE chain = 'bot-7'
        """);

    assertBroken("entry 5 lies beyond the chain's head");
  }

  @Test
  void anEntryOfAnotherChainIsNotThisOnes() {
    tamper.execute(
        """
        UPDATE audit_entries SET chain_id = 1000 - chain_id
        WHERE number = 1 AND chain_id IN (SELECT id FROM audit_chains WHERE chain LIKE 'bot-%')
        """);
    tamper.execute(
        """
        UPDATE audit_entries SET chain_id = (
          SELECT id FROM audit_chains WHERE chain LIKE 'bot-%' AND id <> 1000 - audit_entries.chain_id)
        WHERE chain_id > 500
        """);

    Console.Ran ran = Console.on(data, "audit", "verify");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out().lines().filter(line -> line.startsWith("BROKEN: entry 1 was changed")))
        .hasSize(2);
  }

  @Test
  void everyBrokenChainIsNamed() {
    tamper.execute("UPDATE audit_entries SET actor = 'key_2' WHERE number = 2");

    Console.Ran ran = Console.on(data, "audit", "verify");

    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out().lines())
        .containsExactly(
            "BROKEN: entry 2 was changed: its hash does not fit what it says (namespace default)",
            "BROKEN: entry 2 was changed: its hash does not fit what it says (agent \"bot-7\" of"
                + " namespace default)",
            "BROKEN: entry 2 was changed: its hash does not fit what it says (agent \"bot-8\" of"
                + " namespace default)",
            "3 entries in 3 chains",
            "the audit log is NOT sound");
  }

  @Test
  void whatRetentionRemovedBreaksNothing() {
    tamper.removeChain("bot-7");
    tamper.appendOldCalls("bot-7", 6, Duration.ofDays(3));
    tamper.tellRetention(Duration.ofDays(1));
    tamper.removeUpTo("bot-7", 4);
    assertThat(Console.done(data, "audit", "verify")).contains("7 entries in 4 chains");
    tamper.removeUpTo("bot-7", 6);
    assertThat(Console.done(data, "audit", "verify")).contains("5 entries in 4 chains");
    tamper.appendCalls("bot-7", 1, "mail.send");
    assertThat(Console.done(data, "audit", "verify")).contains("6 entries in 4 chains");

    tamper.execute("UPDATE audit_chains SET anchor_hash = zeroblob(32) WHERE chain = 'bot-7'");

    assertBroken("entry 7 does not carry the hash of the last removed entry");
  }

  @Test
  void entriesThatWentSoonerThanRetentionAllowsAreFound() {
    Path checkpoint = checkpoint();
    tamper.removeUpTo("bot-7", 4);

    assertBroken("entry 4 was removed sooner than audit_retention_days has ever allowed");
    assertBrokenAgainst(
        checkpoint, "entry 4 was removed sooner than audit_retention_days has ever allowed");

    tamper.tellRetention(Duration.ofDays(7));
    assertBroken("entry 4 was removed sooner than audit_retention_days has ever allowed");

    tamper.execute(
        "UPDATE audit_chains SET anchor_at_ms = 1, removed_at_ms = 2, kept_ms = 1 WHERE chain = 'bot-7'");
    assertBroken("entry 4 was removed, and its instant is not the one that the chain's anchor has");
  }

  @Test
  void aWholeChainThatWentSoonerIsFoundAgainstACheckpointHoweverItIsDressed() {
    tamper.tellRetention(Duration.ofDays(7));
    Path checkpoint = checkpoint();
    tamper.removeUpTo("bot-7", 6);
    assertBroken("entry 6 was removed sooner than audit_retention_days has ever allowed");
    tamper.execute(
        "UPDATE audit_chains SET head_at_ms = 1, anchor_at_ms = 1 WHERE chain = 'bot-7'");

    assertThat(Console.done(data, "audit", "verify")).endsWith("the audit log is sound\n");
    assertBrokenAgainst(
        checkpoint, "entry 6 was removed sooner than audit_retention_days has ever allowed");
  }

  @Test
  void anInstantInTheHeadThatIsNotTheLastEntrysIsFound() {
    tamper.execute("UPDATE audit_chains SET head_at_ms = 1 WHERE chain = 'bot-7'");
    assertBroken("entry 6 is not the one that the chain's head names");

    tamper.appendCalls("bot-7", 1, "mail.send");
    assertBroken("entry 7 does not carry the instant of the entry before it");
  }

  @Test
  void anEntryThatLosesTheInstantBeforeItIsNoLongerGenuine() {
    tamper.execute("UPDATE audit_entries SET previous_at_ms = -1" + ENTRY_3);
    assertBroken("entry 3 was changed: its hash does not fit what it says");
  }

  @Test
  void aRetentionThatWasLoweredForAWhileShows() {
    // What is older stands before what is younger.
    List.of("*", "bot-7", "bot-8").forEach(tamper::removeChain);
    tamper.appendOldCalls("older", 1, Duration.ofDays(8));
    tamper.sweep("older", 7);
    tamper.appendOldCalls("bot-old", 2, Duration.ofDays(3));
    assertThat(Console.done(data, "audit", "verify")).doesNotContain("NOTE");
    tamper.sweep("bot-old", 1);

    assertThat(Console.done(data, "audit", "verify").lines())
        .anyMatch(line ->
            line.matches(
                "NOTE: from \\S+ on entries were removed under a lower audit_retention_days: 1, which was 7"))
        .last()
        .isEqualTo("the audit log is sound");
    assertThat(Console.done(data, "audit", "log", "--store"))
        .contains("audit.retention", "604800000 ms", "86400000 ms");
  }

  @Test
  void aStoreOfTheVersionBeforeIsVerifiedAndGoesOn() {
    List.of("*", "bot-7", "bot-8").forEach(tamper::removeChain);
    tamper.appendUntimed("bot-7", 6);
    tamper.removeUpTo("bot-7", 2);
    tamper.toVersionBeforeAnchors();

    assertThat(Console.done(data, "audit", "verify").lines())
        .containsExactly("4 entries in 1 chains", "the audit log is sound");
    tamper.appendCalls("bot-7", 2, "mail.send");
    assertThat(Console.done(data, "audit", "verify")).contains("6 entries in 1 chains");
    assertThat(Console.done(data, "verify")).contains("the store is consistent");

    tamper.removeUpTo("bot-7", 7);
    assertBroken("entry 7 was removed sooner than audit_retention_days has ever allowed");
  }

  @Test
  void aRewriteOfAWholeChainIsFoundAgainstACheckpointOnly() {
    Path checkpoint = checkpoint();
    tamper.removeChain("bot-7");
    tamper.appendCalls("bot-7", 7, "mail.read");

    assertThat(Console.done(data, "audit", "verify")).endsWith("the audit log is sound\n");
    assertBrokenAgainst(checkpoint, "entry 6 is not the one that the checkpoint names");
  }

  @Test
  void aChainThatWasDeletedOrShortenedIsFoundAgainstACheckpointOnly() {
    Path checkpoint = checkpoint();
    tamper.removeChain("bot-7");

    assertThat(Console.done(data, "audit", "verify")).endsWith("the audit log is sound\n");
    assertBrokenAgainst(checkpoint, "entry 6 the chain has no head any more");
    tamper.appendCalls("bot-7", 5, "mail.send");
    assertThat(Console.done(data, "audit", "verify")).endsWith("the audit log is sound\n");
    assertBrokenAgainst(checkpoint, "entry 6 is missing");
  }

  @Test
  void againstACheckpointAnHonestLogIsSoundAfterYears() {
    tamper.removeChain("bot-7");
    tamper.appendOldCalls("bot-7", 6, Duration.ofDays(3));
    Path checkpoint = checkpoint();
    tamper.appendOldCalls("bot-7", 3, Duration.ofDays(2));
    tamper.appendCalls("bot-9", 1, "mail.send");
    tamper.tellRetention(Duration.ofDays(1));
    assertThat(against(checkpoint).lines())
        .anyMatch(line -> line.startsWith("compared with 3 chains of the checkpoint of 20"))
        .last()
        .isEqualTo("the audit log is sound");

    tamper.removeUpTo("bot-7", 6);
    assertThat(against(checkpoint)).doesNotContain("removed by retention");
    tamper.removeUpTo("bot-7", 8);

    assertThat(against(checkpoint).lines())
        .contains(
            "removed by retention since the checkpoint, so not compared: entry 6 of agent \"bot-7\""
                + " of namespace default");
  }

  private Path checkpoint() {
    Path file = folder.resolve("checkpoint");
    Console.done(data, "audit", "checkpoint", "--out", file.toString());
    assertThat(Files.exists(file)).isTrue();
    return file;
  }

  private String against(Path checkpoint) {
    return Console.done(data, "audit", "verify", "--against", checkpoint.toString());
  }

  private void assertBroken(String words) {
    Console.Ran ran = Console.on(data, "audit", "verify");
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out().lines())
        .contains("BROKEN: " + words + " (agent \"bot-7\" of namespace default)")
        .last()
        .isEqualTo("the audit log is NOT sound");
    assertThat(ran.out().lines().filter(line -> line.startsWith("BROKEN"))).hasSize(1);
  }

  private void assertBrokenAgainst(Path checkpoint, String words) {
    Console.Ran ran = Console.on(data, "audit", "verify", "--against", checkpoint.toString());
    assertThat(ran.exitCode()).isEqualTo(1);
    assertThat(ran.out().lines())
        .contains("BROKEN: " + words + " (agent \"bot-7\" of namespace default)")
        .last()
        .isEqualTo("the audit log is NOT sound");
  }
}
