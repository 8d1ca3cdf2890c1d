package dev.onceonly.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceonly.core.govern.ToolKey;
import dev.onceonly.core.govern.ToolRow;
import dev.onceonly.core.step.Change;
import dev.onceonly.core.step.Decided;
import dev.onceonly.core.step.Lane;
import dev.onceonly.core.step.RowKey;
import dev.onceonly.core.step.Rows;
import dev.onceonly.core.step.Step;
import dev.onceonly.dispatch.Pause;
import dev.onceonly.dispatch.TinkSealer;
import dev.onceonly.server.Stores;
import dev.onceonly.server.config.Settings;
import dev.onceonly.store.sqlite.DataFolder;
import dev.onceonly.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A change of the key that seals secrets, on the real store, cut at each of its steps.
final class RekeyingTest {
  private static final int TOOLS = 5;
  private static final Pause NONE = _ -> {};

  @TempDir private Path data;
  private DataFolder folder;
  private SqliteStore store;
  private TinkSealer sealer;

  @BeforeEach
  void open() {
    Settings settings = Settings.of(Map.of("data", data.toString()));
    folder = DataFolder.hold(data);
    store = Stores.open(folder, settings);
    sealer = new TinkSealer(settings.sealingKeyFile());
  }

  @AfterEach
  void close() {
    store.close();
    folder.close();
  }

  @Test
  void everySecretIsSealedWithTheNewKeyAndKeepsItsIdAndMask() throws InterruptedException {
    fill();
    Map<ToolKey, ToolRow> before = store.allTools();

    Rekeying.Result result = rekeying(store, NONE).run(Duration.ZERO);

    assertThat(result).isEqualTo(new Rekeying.Result(TOOLS, List.of()));
    assertThat(sealer.hasOldKeys()).isFalse();
    assertReadableByANewProcess();
    store
        .allTools()
        .forEach((tool, row) -> {
          ToolRow old = Objects.requireNonNull(before.get(tool));
          assertThat(row.endpoint().secret().sealed())
              .isNotEqualTo(old.endpoint().secret().sealed());
          assertThat(row.binding()).isEqualTo(old.binding());
          assertThat(row.endpoint().secret().mask()).isEqualTo(old.endpoint().secret().mask());
          assertThat(row.delivery()).isEqualTo(old.delivery());
          assertThatThrownBy(() -> sealer.open(tool, old.endpoint().secret()))
              .isInstanceOf(IllegalStateException.class);
        });
  }

  @Test
  void endedAtAnyStepEverySecretCanBeReadAndASecondRunFinishes() throws InterruptedException {
    fill();
    for (int cut = 0; cut < TOOLS; cut++) {
      Rekeying broken = rekeying(new CutLane(store, cut), NONE);

      assertThatThrownBy(() -> broken.run(Duration.ZERO)).isInstanceOf(Cut.class);

      assertReadableByANewProcess();
      assertThat(new TinkSealer(data.resolve("secrets.key")).hasOldKeys()).isTrue();
    }

    assertThat(rekeying(store, NONE).run(Duration.ZERO))
        .isEqualTo(new Rekeying.Result(TOOLS, List.of()));
    assertThat(sealer.hasOldKeys()).isFalse();
    assertReadableByANewProcess();
  }

  @Test
  void toldToEndWhileItWaitsItKeepsTheOldKey() {
    fill();
    Rekeying interrupted =
        rekeying(
            store,
            _ -> {
              throw new InterruptedException("told to");
            });

    assertThatThrownBy(() -> interrupted.run(Duration.ofSeconds(2)))
        .isInstanceOf(InterruptedException.class);

    assertReadableByANewProcess();
  }

  @Test
  void aSecretThatWasOnItsWayWithTheOldKeyIsSealedAnew() throws InterruptedException {
    fill();
    ToolKey late = ToolKey.global(1, "late");
    ToolRow onItsWay = row(late, "secret-late", null);

    Rekeying.Result result =
        rekeying(store, _ -> store.run(new Put(late, onItsWay))).run(Duration.ofSeconds(2));

    assertThat(result.resealed()).isEqualTo(TOOLS + 1);
    assertThat(sealer.open(late, secret(late))).isEqualTo("secret-late");
  }

  @Test
  void aToolThatIsRegisteredAnewMeanwhileKeepsItsNewSecret() throws InterruptedException {
    fill();
    ToolKey tool = tool(1);
    Lane racing =
        new Lane() {
          @Override
          public <R> R run(Step<R> step) {
            if (step.reads(Instant.EPOCH).contains(tool)) {
              store.run(new Put(tool, row(tool, "secret-anew", null)));
            }
            return store.run(step);
          }
        };

    Rekeying.Result result = rekeying(racing, NONE).run(Duration.ZERO);

    assertThat(result.resealed()).isEqualTo(TOOLS - 1);
    assertThat(sealer.open(tool, secret(tool))).isEqualTo("secret-anew");
  }

  @Test
  void aSecretThatNoKeyOpensIsNamedAndHoldsNothingUp() throws InterruptedException {
    fill();
    ToolKey lost = new ToolKey(3, "agent:a", "lost");
    TinkSealer other = new TinkSealer(data.resolve("other.key"));
    ToolRow row = row(lost, "secret-lost", null);
    store.run(
        new Put(
            lost,
            new ToolRow(
                new ToolRow.Endpoint(
                    row.endpoint().url(), other.seal(lost, "secret-lost"), null, false),
                row.delivery(),
                true,
                null,
                0)));

    Rekeying.Result result = rekeying(store, NONE).run(Duration.ZERO);

    assertThat(result)
        .isEqualTo(
            new Rekeying.Result(TOOLS, List.of("lost in scope agent:a of namespace number 3")));
    assertThat(sealer.hasOldKeys()).isFalse();
  }

  private Rekeying rekeying(Lane lane, Pause pause) {
    return new Rekeying(lane, store, sealer, pause);
  }

  private void fill() {
    for (int i = 0; i < TOOLS; i++) {
      store.run(new Put(tool(i), row(tool(i), "secret-" + i, i % 2 == 0 ? "next-one-" + i : null)));
    }
  }

  private static ToolKey tool(int i) {
    return new ToolKey(1 + i % 2, i < 3 ? "global" : "agent:bot", "tool-" + i);
  }

  private ToolRow row(ToolKey tool, String secret, @Nullable String next) {
    return new ToolRow(
        new ToolRow.Endpoint(
            "https://tools.example.org/",
            sealer.seal(tool, secret),
            next == null ? null : sealer.seal(tool, next),
            false),
        new ToolRow.Delivery(1_000, 1),
        true,
        "d",
        0);
  }

  private ToolRow.Secret secret(ToolKey tool) {
    return Objects.requireNonNull(store.get(tool)).endpoint().secret();
  }

  /// Reads the file and the rows as they lie on disk.
  private void assertReadableByANewProcess() {
    TinkSealer reader = new TinkSealer(data.resolve("secrets.key"));
    Map<ToolKey, ToolRow> rows = store.allTools();
    assertThat(rows).hasSize(TOOLS);
    for (int i = 0; i < TOOLS; i++) {
      ToolRow.Endpoint endpoint = Objects.requireNonNull(rows.get(tool(i))).endpoint();
      assertThat(reader.open(tool(i), endpoint.secret())).isEqualTo("secret-" + i);
      ToolRow.Secret next = endpoint.nextSecret();
      if (next != null) {
        assertThat(reader.open(tool(i), next)).isEqualTo("next-one-" + i);
      }
    }
  }

  private record Put(ToolKey tool, ToolRow row) implements Step<Boolean> {
    @Override
    public long namespaceId() {
      return tool.namespaceId();
    }

    @Override
    public Collection<? extends RowKey<?>> reads(Instant now) {
      return List.of(tool);
    }

    @Override
    public Decided<Boolean> decide(Rows rows, Instant now) {
      return new Decided<>(true, List.of(new Change<>(tool, row)), List.of(), null);
    }
  }

  private static final class Cut extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// Takes so many steps, then no more.
  private static final class CutLane implements Lane {
    private final Lane lane;
    private int left;

    CutLane(Lane lane, int left) {
      this.lane = lane;
      this.left = left;
    }

    @Override
    public <R> R run(Step<R> step) {
      if (left-- == 0) {
        throw new Cut();
      }
      return lane.run(step);
    }
  }
}
