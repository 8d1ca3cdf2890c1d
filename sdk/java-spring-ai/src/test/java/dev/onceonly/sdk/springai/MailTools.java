package dev.onceonly.sdk.springai;

import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.annotation.Tool;

/// Tools as applications write them, which count what has really happened.
final class MailTools {
  final AtomicInteger sent = new AtomicInteger();
  private final boolean postIsClosed;

  MailTools(boolean postIsClosed) {
    this.postIsClosed = postIsClosed;
  }

  @Tool(description = "Sends a mail")
  String sendMail(String to, String text) {
    return "mail " + sent.incrementAndGet() + " sent to " + to + ": " + text;
  }

  @Tool(description = "Sends a mail in the name of somebody")
  String sendMailFrom(String to, ToolContext context) {
    sent.incrementAndGet();
    return "mail sent to " + to + " from " + context.getContext().get("sender");
  }

  @Tool(description = "Sends a mail by the post office")
  String sendMailByPost(String to) {
    int mails = sent.incrementAndGet();
    if (postIsClosed) {
      throw new IllegalStateException(
          "the post office is closed after " + mails + " mails to " + to);
    }
    return "mail " + mails + " posted to " + to;
  }

  @Tool(description = "Sends a newsletter", returnDirect = true)
  String sendNewsletter(String issue) {
    return "newsletter " + sent.incrementAndGet() + ", issue " + issue;
  }
}
