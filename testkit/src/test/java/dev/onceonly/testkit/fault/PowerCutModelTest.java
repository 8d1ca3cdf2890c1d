package dev.onceonly.testkit.fault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What may and what may not be on disk after a power cut, on traces small enough to see every
/// case.
class PowerCutModelTest {
  private static final int CUTS = 200;

  @TempDir Path scratch;

  private static TraceEvent write(String path, long sector, String letters) {
    byte[] bytes = new byte[letters.length() * WriteBack.SECTOR_BYTES];
    for (int at = 0; at < bytes.length; at++) {
      bytes[at] = (byte) letters.charAt(at / WriteBack.SECTOR_BYTES);
    }
    return new TraceEvent.Write(path, sector * WriteBack.SECTOR_BYTES, ByteBuffer.wrap(bytes));
  }

  private static TraceEvent truncate(String path, long sectors) {
    return new TraceEvent.Truncate(path, sectors * WriteBack.SECTOR_BYTES);
  }

  private static TraceEvent create(String path) {
    return new TraceEvent.Create(path);
  }

  private static TraceEvent begin(String path, long token) {
    return new TraceEvent.FlushBegin(path, token);
  }

  private static TraceEvent end(long token) {
    return new TraceEvent.FlushEnd(token);
  }

  private static TraceEvent mark() {
    return new TraceEvent.Mark(ByteBuffer.wrap(new byte[] {'m'}));
  }

  /// All folders seen after power cuts that came after the trace's last event, a mark. A folder is
  /// written as `file=letters`, one letter a sector and `.` for zeros.
  private Set<String> seen(TraceEvent... events) throws IOException {
    Set<String> seen = new TreeSet<>();
    FlushTrace trace = new FlushTrace(Stream.concat(Stream.of(events), Stream.of(mark())).toList());
    PowerCut.replay(
        trace,
        1,
        CUTS,
        scratch,
        cut -> {
          if (!cut.marks().isEmpty()) {
            seen.add(letters(cut.folder()));
          }
        });
    return seen;
  }

  private static String letters(Path folder) throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        String bytes = Files.readString(path, UTF_8).replace('\0', '.');
        StringBuilder letters = new StringBuilder();
        for (int at = 0; at < bytes.length(); at += WriteBack.SECTOR_BYTES) {
          letters.append(bytes.charAt(at));
        }
        files.put(path.getFileName().toString(), letters.toString());
      }
    }
    return files.entrySet().stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  @Test
  void whatWasFlushedIsThereWithItsName() throws Exception {
    assertThat(seen(create("f"), write("f", 0, "ab"), begin("f", 1), end(1)))
        .containsExactly("f=ab");
  }

  @Test
  void unflushedWriteIsThereOrMissingOrTornAndItsFileToo() throws Exception {
    assertThat(seen(create("f"), write("f", 0, "ab")))
        .containsExactlyInAnyOrder("", "f=", "f=..", "f=a.", "f=.b", "f=ab");
  }

  @Test
  void laterWriteMayOutliveAnEarlierOne() throws Exception {
    assertThat(
            seen(
                create("f"),
                write("f", 0, "ab"),
                begin("f", 1),
                end(1),
                write("f", 0, "c"),
                write("f", 1, "d")))
        .containsExactlyInAnyOrder("f=ab", "f=cb", "f=ad", "f=cd");
  }

  @Test
  void sectorHoldsOneOfTheContentsThatItHad() throws Exception {
    assertThat(
            seen(
                create("f"),
                write("f", 0, "a"),
                begin("f", 1),
                end(1),
                write("f", 0, "b"),
                write("f", 0, "c")))
        .containsExactlyInAnyOrder("f=a", "f=b", "f=c");
  }

  @Test
  void writeDuringAFlushIsNotFlushedByIt() throws Exception {
    assertThat(seen(create("f"), write("f", 0, "a"), begin("f", 1), write("f", 0, "b"), end(1)))
        .containsExactlyInAnyOrder("f=a", "f=b");
  }

  @Test
  void flushThatNeverEndedPromisesNothing() throws Exception {
    assertThat(seen(create("f"), write("f", 0, "a"), begin("f", 1))).contains("", "f=", "f=a");
  }

  @Test
  void unflushedTruncationMayHaveHappenedOrNot() throws Exception {
    assertThat(seen(create("f"), write("f", 0, "abc"), begin("f", 1), end(1), truncate("f", 1)))
        .containsExactlyInAnyOrder("f=abc", "f=a");
  }

  @Test
  void nothingFromBeforeATruncationComesBackBehindIt() throws Exception {
    assertThat(
            seen(
                create("f"),
                write("f", 0, "ab"),
                truncate("f", 0),
                truncate("f", 2),
                begin("f", 1),
                end(1)))
        .containsExactly("f=..");
  }

  @Test
  void unlinkAndRenameNeedAFlushOfTheFolder() throws Exception {
    TraceEvent[] made = {create("f"), write("f", 0, "a"), begin("f", 1), end(1)};
    assertThat(seen(with(made, new TraceEvent.Unlink("f")))).containsExactlyInAnyOrder("f=a", "");
    assertThat(seen(with(made, new TraceEvent.Unlink("f"), begin("", 2), end(2))))
        .containsExactly("");
    assertThat(seen(with(made, new TraceEvent.Rename("f", "g"))))
        .containsExactlyInAnyOrder("f=a", "g=a");
    assertThat(seen(with(made, new TraceEvent.Rename("f", "g"), begin("", 2), end(2))))
        .containsExactly("g=a");
  }

  @Test
  void namesInTheFolderAreLostEachOnItsOwn() throws Exception {
    assertThat(seen(create("f"), create("g"))).containsExactlyInAnyOrder("", "f=", "g=", "f= g=");
  }

  @Test
  void laterFlushDoesNotHelpWhatAFailedOneHasDropped() throws Exception {
    TraceEvent[] failed = {
      create("f"),
      write("f", 0, "a"),
      begin("f", 1),
      end(1),
      write("f", 0, "b"),
      begin("f", 2),
      new TraceEvent.FlushFailed(2)
    };
    assertThat(seen(failed)).containsExactlyInAnyOrder("f=a", "f=b");
    assertThat(seen(with(failed, begin("f", 3), end(3)))).containsExactly("f=a");
  }

  @Test
  void sharedMemoryIsNeverRebuilt() throws Exception {
    assertThat(seen(create("db-shm"), write("db-shm", 0, "a"), begin("db-shm", 1), end(1)))
        .containsExactly("");
  }

  @Test
  void sameSeedGivesTheSameFoldersAndAFailureNamesIt() throws Exception {
    TraceEvent[] events = {create("f"), write("f", 0, "abcdefgh"), mark()};
    StringBuilder first = new StringBuilder();
    StringBuilder second = new StringBuilder();
    FlushTrace trace = new FlushTrace(Stream.of(events).toList());
    PowerCut.replay(trace, 7, 50, scratch, cut -> first.append(letters(cut.folder())).append('\n'));
    PowerCut.replay(
        trace, 7, 50, scratch, cut -> second.append(letters(cut.folder())).append('\n'));
    assertThat(second.toString()).isEqualTo(first.toString());
    assertThatThrownBy(() ->
            PowerCut.replay(
                trace,
                7,
                50,
                scratch,
                cut -> {
                  throw new IOException("bad folder");
                }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 7")
        .hasMessageContaining("bad folder");
  }

  @Test
  void marksFromOutsideAreReadBackAndAHalfRecordIsLeftOut() throws Exception {
    Path file = Files.createFile(scratch.resolve("trace"));
    try (MarkWriter marks = MarkWriter.open(file)) {
      marks.mark("one".getBytes(UTF_8));
      marks.mark("two".getBytes(UTF_8));
    }
    byte[] all = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(all, all.length - 1));
    assertThat(FlushTrace.read(file).events())
        .containsExactly(new TraceEvent.Mark(ByteBuffer.wrap("one".getBytes(UTF_8))));
  }

  private static TraceEvent[] with(TraceEvent[] events, TraceEvent... more) {
    return Stream.concat(Stream.of(events), Stream.of(more)).toArray(TraceEvent[]::new);
  }
}
