package dev.onceonly.server.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.account.Role;
import dev.onceonly.server.RunningServer;
import dev.onceonly.server.admin.AdminWire;
import dev.onceonly.server.api.Answer;
import dev.onceonly.server.api.Client;
import dev.onceonly.server.api.LiveServer;
import dev.onceonly.server.command.OnceOnlyCommand;
import dev.onceonly.server.config.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mails of a whole server: what has been reached on one side comes out on the other.
class MailDeliveryTest {
  private static final int CALLERS = 64;

  @TempDir private Path folder = Path.of("");

  @Test
  void aLimitThatManyReachAtOnceBringsOneMail() throws Exception {
    try (GreenMailServer mails = GreenMailServer.start();
        LiveServer server = LiveServer.with(settings(mails.port())).start()) {
      Client client = namespace(server);

      assertThat(checks(client)).allMatch(answer -> answer.status() == 200);

      assertThat(mails.await(1)).isTrue();
      // Mails go out one after the other, oldest first: one too many would come before this one.
      assertThat(client.post("/v1/ai/lease", "key", "k").status()).isEqualTo(200);
      assertThat(mails.await(2)).isTrue();
      assertThat(mails.letters())
          .map(letter -> GreenMailServer.header(letter, "Subject"))
          .containsExactly(
              "[OnceOnly] Plan limit reached: limit of 5 for automation (make)",
              "[OnceOnly] Plan limit reached: limit of 1 for AI (ai)");
      assertThat(mails.letters())
          .allMatch(letter -> GreenMailServer.header(letter, "To").equals("ops@example.org"));
    }
  }

  @Test
  void aMailServerThatDoesNotAnswerDisturbsNoRequest() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<String, String> settings = settings(silent.getLocalPort());
      settings.put("smtp_timeout_ms", "600000");
      LiveServer server = LiveServer.with(settings).start();
      try {
        Client client = namespace(server);
        assertThat(checks(client)).allMatch(answer -> answer.status() == 200);
        // The sender has called, and waits for the greeting from here on.
        silent.accept();

        assertThat(checks(client)).allMatch(answer -> answer.status() == 200);
        assertThat(client.post("/v1/ai/lease", "key", "k").status()).isEqualTo(200);
        assertThat(client.get("/readyz").status()).isEqualTo(200);
      } finally {
        Instant before = Instant.now();
        server.close();
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofMinutes(1));
      }
    }
  }

  @Test
  void afterARestoreNothingIsSentBeforeAnOperatorResumes() throws Exception {
    Path backup = folder.resolve("backup.db");
    Path data = folder.resolve("restored");
    String key;
    try (LiveServer server = LiveServer.with(limits()).start()) {
      Client client = namespace(server);
      key = client.apiKey();
      checks(client);
      server.operator("backup", backup.toString());
    }
    assertThat(OnceOnlyCommand.run("restore", backup.toString(), "--data", data.toString()))
        .isZero();
    try (GreenMailServer mails = GreenMailServer.start()) {
      Map<String, String> settings = settings(mails.port());
      settings.put("data", data.toString());
      settings.put("port", "0");
      try (RunningServer server = RunningServer.start(Settings.of(settings))) {
        Client client = new Client(server.port(), key);
        assertThat(client.post("/v1/ai/lease", "key", "k").status()).isEqualTo(200);
        assertThat(checks(client)).allMatch(answer -> answer.status() == 200);
        assertThat(mails.letters()).isEmpty();
        assertThat(client.get("/metrics").body()).contains("\nonceonly_paused 1.0\n");

        AdminWire.call(data, new AdminWire.Request(List.of("resume")));

        assertThat(mails.await(2)).isTrue();
        assertThat(client.get("/metrics").body()).contains("\nonceonly_paused 0.0\n");
      }
    }
  }

  private static Client namespace(LiveServer server) {
    server.operator(
        "namespaces", "create", "mailed", "--plan", "starter", "--email", "first@example.org");
    server.operator("namespaces", "email", "mailed", "ops@example.org");
    return server.key("mailed", Role.ADMIN);
  }

  /// Many checks of one key at once.
  private static List<Answer> checks(Client client)
      throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> futures = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        futures.add(threads.submit(() -> client.post("/v1/check-lock", "key", "k")));
      }
      List<Answer> answers = new ArrayList<>();
      for (Future<Answer> future : futures) {
        answers.add(future.get());
      }
      return answers;
    }
  }

  private static Map<String, String> limits() {
    return new HashMap<>(Map.of("plan_starter_make", "5", "plan_starter_ai", "1"));
  }

  private static Map<String, String> settings(int mailPort) {
    Map<String, String> settings = limits();
    settings.put("smtp_host", "127.0.0.1");
    settings.put("smtp_port", Integer.toString(mailPort));
    settings.put("smtp_from", "onceonly@example.net");
    settings.put("smtp_starttls", "off");
    return settings;
  }
}
