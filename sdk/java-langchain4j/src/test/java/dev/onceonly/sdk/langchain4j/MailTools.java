package dev.onceonly.sdk.langchain4j;

import dev.langchain4j.agent.tool.P;
import dev.langchain4j.agent.tool.ReturnBehavior;
import dev.langchain4j.agent.tool.Tool;
import java.util.concurrent.atomic.AtomicInteger;

/// Tools as applications write them, which count what has really happened.
final class MailTools {
  final AtomicInteger sent = new AtomicInteger();
  private final boolean postIsClosed;

  MailTools(boolean postIsClosed) {
    this.postIsClosed = postIsClosed;
  }

  @Tool("Sends a mail")
  String sendMail(@P("who gets it") String to, @P("what it says") String text) {
    return "mail " + sent.incrementAndGet() + " sent to " + to + ": " + text;
  }

  @Tool("Sends a mail by the post office")
  String sendMailByPost(@P("who gets it") String to) {
    int mails = sent.incrementAndGet();
    if (postIsClosed) {
      throw new IllegalStateException(
          "the post office is closed after " + mails + " mails to " + to);
    }
    return "mail " + mails + " posted to " + to;
  }

  @Tool(value = "Sends a newsletter", returnBehavior = ReturnBehavior.IMMEDIATE)
  String sendNewsletter() {
    return "newsletter " + sent.incrementAndGet();
  }
}
