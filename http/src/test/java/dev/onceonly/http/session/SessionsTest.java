package dev.onceonly.http.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onceonly.core.Sha256;
import dev.onceonly.core.account.KeyLookup.KeyEntry;
import dev.onceonly.core.account.Role;
import dev.onceonly.http.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SessionsTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final Map<String, KeyEntry> keys = new HashMap<>();
  private final Sessions sessions = new Sessions(keys::get, new Random(1)::nextLong, nanos::get);

  @Test
  void aSessionIsItsKeysCaller() {
    know("key-a", true);
    String id = sessions.start("key-a");
    assertThat(id).matches("[A-Za-z0-9_-]{43}");
    assertThat(sessions.find(id)).isEqualTo(TestServer.caller(Role.ADMIN));
    assertThat(sessions.find(id.substring(1) + "x")).isNull();
  }

  @Test
  void itEndsAfterAnHourHoweverOftenItIsUsed() {
    know("key-a", true);
    String id = sessions.start("key-a");
    pass(Duration.ofMinutes(59));
    assertThat(sessions.find(id)).isNotNull();
    pass(Duration.ofMinutes(1).minusNanos(1));
    assertThat(sessions.find(id)).isNotNull();
    pass(Duration.ofNanos(1));
    assertThat(sessions.find(id)).isNull();
    assertThat(sessions.count()).isZero();
  }

  @Test
  void itEndsWithItsKeyForGood() {
    know("key-a", true);
    String disabled = sessions.start("key-a");
    know("key-a", false);
    assertThat(sessions.find(disabled)).isNull();
    know("key-a", true);
    assertThat(sessions.find(disabled)).isNull();

    String gone = sessions.start("key-a");
    keys.clear();
    assertThat(sessions.find(gone)).isNull();
  }

  @Test
  void anEndedOneIsUnknown() {
    know("key-a", true);
    String id = sessions.start("key-a");
    sessions.end(id);
    sessions.end(id);
    assertThat(sessions.find(id)).isNull();
  }

  @Test
  void oneMoreOfAKeyEndsItsOldest() {
    know("key-a", true);
    know("key-b", true);
    String others = sessions.start("key-b");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < Sessions.PER_KEY_MAX; i++) {
      ids.add(sessions.start("key-a"));
    }
    assertThat(sessions.find(ids.getFirst())).isNotNull();
    sessions.start("key-a");
    assertThat(sessions.find(ids.getFirst())).isNull();
    assertThat(sessions.find(ids.get(1))).isNotNull();
    assertThat(sessions.find(others)).isNotNull();
    assertThat(sessions.count()).isEqualTo(Sessions.PER_KEY_MAX + 1);
  }

  @Test
  void thereAreNeverMoreThanTheBound() {
    String first = "";
    for (int key = 0; key <= Sessions.COUNT_MAX; key++) {
      know("key-" + key, true);
      String id = sessions.start("key-" + key);
      first = key == 0 ? id : first;
    }
    assertThat(sessions.count()).isEqualTo(Sessions.COUNT_MAX);
    assertThat(sessions.find(first)).isNull();
  }

  private void know(String key, boolean enabled) {
    keys.put(Sha256.hex(key), new KeyEntry(TestServer.caller(Role.ADMIN), enabled));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
