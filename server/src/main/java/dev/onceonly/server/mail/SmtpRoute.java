package dev.onceonly.server.mail;

import dev.onceonly.server.config.MailSettings;
import dev.onceonly.server.config.MailSettings.StartTls;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Date;
import java.util.Objects;
import java.util.Properties;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

/// SMTP. The mail library is loaded with the first connection, so that a server without mails to
/// send does not pay for it.
final class SmtpRoute implements MailRoute {
  private static final int PERMANENT = 5;

  private final MailSettings settings;
  private final @Nullable SSLSocketFactory trust;

  /// @param settings with a host
  /// @param trust whom to believe who they are; null is the platform's authorities
  SmtpRoute(MailSettings settings, @Nullable SSLSocketFactory trust) {
    this.settings = settings;
    this.trust = trust;
  }

  @Override
  public Connection connect() throws MailFailure {
    Session session = Session.getInstance(properties());
    MailSettings.Login login = settings.login();
    try {
      Transport transport = session.getTransport("smtp");
      transport.connect(
          settings.host(),
          settings.port(),
          login == null ? null : login.user(),
          login == null ? null : login.password());
      return new Open(session, transport, Objects.requireNonNull(settings.from()));
    } catch (AuthenticationFailedException e) {
      // What the server says here may repeat what it was given.
      throw new MailFailure("the mail server refuses the login", false);
    } catch (MessagingException e) {
      throw new MailFailure("no connection to the mail server: " + e.getMessage(), false);
    }
  }

  private Properties properties() {
    Properties properties = new Properties();
    String timeoutMs = Integer.toString(settings.timeoutMs());
    properties.setProperty("mail.smtp.connectiontimeout", timeoutMs);
    properties.setProperty("mail.smtp.timeout", timeoutMs);
    properties.setProperty("mail.smtp.writetimeout", timeoutMs);
    properties.setProperty("mail.smtp.from", Objects.requireNonNull(settings.from()));
    properties.setProperty("mail.smtp.auth", Boolean.toString(settings.login() != null));
    StartTls startTls = settings.encryption().start();
    properties.setProperty("mail.smtp.starttls.enable", Boolean.toString(startTls != StartTls.OFF));
    properties.setProperty(
        "mail.smtp.starttls.required", Boolean.toString(startTls == StartTls.REQUIRED));
    properties.setProperty("mail.smtp.ssl.checkserveridentity", "true");
    if (trust != null) {
      properties.put("mail.smtp.ssl.socketFactory", trust);
    }
    return properties;
  }

  private record Open(Session session, Transport transport, String from) implements Connection {
    @Override
    public void send(Letter letter) throws MailFailure {
      try {
        MimeMessage message = new Identified(session, letter.messageId());
        message.setFrom(new InternetAddress(from, true));
        InternetAddress to = new InternetAddress(letter.to(), true);
        message.setRecipient(Message.RecipientType.TO, to);
        message.setSubject(letter.subject(), "UTF-8");
        message.setText(letter.body(), "UTF-8");
        message.setSentDate(Date.from(letter.date()));
        // So that nobody's holiday note answers a machine.
        message.setHeader("Auto-Submitted", "auto-generated");
        message.saveChanges();
        transport.sendMessage(message, new InternetAddress[] {to});
      } catch (MessagingException e) {
        throw new MailFailure("the mail server did not take it: " + reason(e), isRefused(e));
      }
    }

    @Override
    public void close() {
      try {
        transport.close();
      } catch (MessagingException e) {
        // The letters that were taken have been taken.
        System.getLogger(SmtpRoute.class.getName())
            .log(System.Logger.Level.DEBUG, "the mail server did not say good-bye", e);
      }
    }

    /// The innermost reason; the outer ones only say that there is one.
    private static String reason(MessagingException fault) {
      MessagingException last = fault;
      while (last.getNextException() instanceof MessagingException next) {
        last = next;
      }
      return String.valueOf(last.getMessage()).strip();
    }

    /// Whether the server refuses this recipient or this letter for good (5xx).
    private static boolean isRefused(MessagingException fault) {
      for (Exception e = fault;
          e instanceof SendFailedException sent;
          e = sent.getNextException()) {
        if (e instanceof SMTPAddressFailedException address) {
          return address.getReturnCode() / 100 == PERMANENT;
        }
        if (e instanceof SMTPSendFailedException letter
            && letter.getReturnCode() / 100 == PERMANENT
            && letter.getNextException() == null) {
          return true;
        }
      }
      return false;
    }
  }

  /// Keeps the id that it is given.
  private static final class Identified extends MimeMessage {
    private final String id;

    Identified(Session session, String id) {
      super(session);
      this.id = id;
    }

    @Override
    protected void updateMessageID() throws MessagingException {
      setHeader("Message-ID", id);
    }
  }
}
