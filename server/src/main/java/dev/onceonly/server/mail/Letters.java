package dev.onceonly.server.mail;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.Namespace;
import dev.onceonly.core.notify.MailKey;
import dev.onceonly.core.notify.MailQueries.Due;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Writes mails. Pure. What they tell of has names that users chose (run ids, tools): these are cut
/// and stripped of everything that could end a line of the header or turn text around.
final class Letters {
  private static final int SUBJECT_MAX = 150;
  private static final int ABOUT_MAX = 300;
  private static final int TEXT_MAX = 4_000;

  private final String domain;

  /// @param from the sender's address, whose domain makes the message ids unique in the world
  Letters(String from) {
    this.domain = from.substring(from.indexOf('@') + 1);
  }

  Letter write(Namespace namespace, Due mail) {
    MailKey key = mail.key();
    Instant when = Instant.ofEpochMilli(mail.row().createdAtMs()).truncatedTo(ChronoUnit.SECONDS);
    String subject = "[OnceOnly] " + title(key.kind()) + ": " + oneLine(key.subject(), SUBJECT_MAX);
    String body =
        """
        %s in namespace %s.

        What:  %s
        When:  %s

        %s

        Where to look: %s

        There is at most one such mail an hour for each subject. Whether you get them is set by
        POST /v1/me/notifications (%s).
        """
            .formatted(
                title(key.kind()),
                namespace.name(),
                oneLine(key.subject(), ABOUT_MAX),
                when,
                lines(mail.row().text(), TEXT_MAX),
                whereToLook(key.kind()),
                flag(key.kind()));
    return new Letter(String.valueOf(namespace.email()), subject, body, messageId(mail), when);
  }

  /// The same whenever the same mail is tried again, so that a repeat after a crash between sending
  /// and keeping that can be recognised; another for every other mail, of other servers too.
  private String messageId(Due mail) {
    MailKey key = mail.key();
    String parts =
        String.join(
            "\n",
            Long.toString(key.namespaceId()),
            key.kind().name(),
            Integer.toString(key.hour()),
            Long.toString(mail.row().createdAtMs()),
            key.subject());
    return "<" + Sha256.hex(parts).substring(0, 40) + ".onceonly@" + domain + ">";
  }

  private static String title(MailKey.Kind kind) {
    return switch (kind) {
      case TOOL_ERROR -> "Tool error";
      case RUN_FAILURE -> "Run failed";
      case PLAN_LIMIT -> "Plan limit reached";
    };
  }

  private static String whereToLook(MailKey.Kind kind) {
    return switch (kind) {
      case TOOL_ERROR -> "GET /v1/calls, and GET /v1/agents/{agent_id}/logs";
      case RUN_FAILURE -> "GET /v1/runs/{run_id}, which is a page in a browser";
      case PLAN_LIMIT -> "GET /v1/usage/all; 'onceonly namespaces plan' changes the plan";
    };
  }

  private static String flag(MailKey.Kind kind) {
    return switch (kind) {
      case TOOL_ERROR -> "tool_error_notifications_enabled";
      case RUN_FAILURE -> "run_failure_notifications_enabled";
      case PLAN_LIMIT -> "email_notifications_enabled";
    };
  }

  /// What looks like an encoded word (`=?…?=`) is broken up: readers would decode it, line breaks
  /// and all.
  private static String oneLine(String text, int max) {
    return cleaned(text, max, false).replace("=?", "= ?");
  }

  private static String lines(String text, int max) {
    return cleaned(text, max, true);
  }

  /// Control characters, line and paragraph separators, invisible formats (which turn text around)
  /// and broken surrogates become spaces.
  private static String cleaned(String text, int max, boolean linesStay) {
    StringBuilder clean = new StringBuilder();
    text.codePoints()
        .limit(max)
        .map(point -> (linesStay && point == '\n') || isHarmless(point) ? point : ' ')
        .forEach(clean::appendCodePoint);
    if (text.codePointCount(0, text.length()) > max) {
      clean.append('…');
    }
    return clean.toString();
  }

  private static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
